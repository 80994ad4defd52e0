from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portability", "0002_imports")]
    operations = [
        migrations.AddField(
            model_name="import",
            name="error_code",
            field=models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
    ]
