import api.ids
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_people_to_purge"), ("api", "0002_random_ids")]
    lint_waivers = {
        "ban-alter-identity": "code of before names no id in its inserts: it gets one from the default",
        "changing-column-type": "bigint stays bigint, nothing is rewritten",
    }
    operations = [
        migrations.AlterField(
            model_name="user",
            name="id",
            field=api.ids.IdField(
                db_default=api.ids.GenerateRandomId(), editable=False, primary_key=True, serialize=False
            ),
        ),
    ]
