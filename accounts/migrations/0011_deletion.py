from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_passkeys")]
    operations = [
        migrations.AddField(
            model_name='user',
            name='purged_at',
            field=models.DateTimeField(blank=True, help_text='Since when all of theirs is being removed. The row stays, empty.', null=True),
        ),
        migrations.AlterField(
            model_name='user',
            name='deleted_at',
            field=models.DateTimeField(blank=True, help_text='When they asked to be deleted.', null=True),
        ),
        migrations.AlterField(
            model_name='mail',
            name='kind',
            field=models.CharField(choices=[('verify_address', 'Verify Address'), ('reset_password', 'Reset Password'), ('change_address', 'Change Address'), ('address_changed', 'Address Changed'), ('account_exists', 'Account Exists'), ('password_changed', 'Password Changed'), ('account_approved', 'Account Approved'), ('second_factor_removed', 'Second Factor Removed'), ('account_deleted', 'Account Deleted')], max_length=24),
        ),
    ]
