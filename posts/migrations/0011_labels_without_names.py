"""Tags and places hold no spelling, and their ids are made from their names."""

from django.db import migrations, models


class Migration(migrations.Migration):
    lint_waivers = {
        "ban-drop-column": "before the first release nobody runs the code of before beside it",
        "ban-drop-default": "ids are made from names; the code of before made its own, before the first release",
        "ban-alter-identity": "as above: no insert of a tag may leave its id to a sequence any more",
        "changing-column-type": "bigint stays bigint: nothing is rewritten",
    }
    dependencies = [("posts", "0010_fill_spellings")]
    operations = [
        migrations.RemoveField(model_name="place", name="name"),
        migrations.RemoveField(model_name="tag", name="name"),
        migrations.AlterField(
            model_name="place",
            name="id",
            field=models.BigIntegerField(editable=False, primary_key=True, serialize=False),
        ),
        migrations.AlterField(
            model_name="tag",
            name="id",
            field=models.BigIntegerField(editable=False, primary_key=True, serialize=False),
        ),
    ]
