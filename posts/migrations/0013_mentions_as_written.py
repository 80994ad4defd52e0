from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("posts", "0012_keys_of_names")]
    operations = [
        migrations.AddField(
            model_name='mention',
            name='name',
            field=models.CharField(blank=True, db_default='', default='', help_text='As the caption has it, of the time it was said.', max_length=30),
        ),
    ]
