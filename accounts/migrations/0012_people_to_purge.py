from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """An index that is built while people register."""

    atomic = False
    dependencies = [("accounts", "0011_deletion")]
    operations = [
        AddIndexConcurrently(
            model_name='user',
            index=models.Index(condition=models.Q(('deleted_at__isnull', False), ('purged_at__isnull', True)), fields=['deleted_at'], name='people_to_purge'),
        ),
    ]
