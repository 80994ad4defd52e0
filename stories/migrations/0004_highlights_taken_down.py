from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stories", "0003_dated_by_what_all_see")]
    operations = [
        migrations.AddField(
            model_name='highlight',
            name='removed_at',
            field=models.DateTimeField(blank=True, help_text='Taken down by a moderator.', null=True),
        ),
    ]
