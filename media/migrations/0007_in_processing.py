from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes that are built while people upload."""

    atomic = False
    dependencies = [("media", "0006_fair_processing")]
    operations = [
        AddIndexConcurrently(
            model_name='media',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True), ('state', 'processing')), fields=['owner'], name='media_in_processing'),
        ),
        AddIndexConcurrently(
            model_name='media',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True), ('state', 'processing')), fields=['kind', 'turn_at'], name='media_turns'),
        ),
    ]
