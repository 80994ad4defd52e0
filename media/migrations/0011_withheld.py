from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("media", "0010_resumable_uploads")]
    operations = [
        migrations.AddField(
            model_name='media',
            name='withheld',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text='How many of what shows it are taken down.'),
        ),
    ]
