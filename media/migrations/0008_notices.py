from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("media", "0007_in_processing")]
    operations = [
        migrations.AddField(
            model_name="media",
            name="notices",
            field=models.CharField(blank=True, db_default="", default="", help_text="Codes of media.notices, separated by spaces.", max_length=256),
        ),
    ]
