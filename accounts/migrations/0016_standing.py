from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0015_random_ids_of_passkeys")]
    operations = [
        migrations.AddField(
            model_name='user',
            name='limited_at',
            field=models.DateTimeField(blank=True, help_text='Since when followers alone see what they share.', null=True),
        ),
        migrations.AddField(
            model_name='user',
            name='suspended_until',
            field=models.DateTimeField(blank=True, help_text='Null: for good, or not suspended.', null=True),
        ),
    ]
