from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """An index that is built while people register."""

    atomic = False
    dependencies = [("accounts", "0016_standing")]
    operations = [
        AddIndexConcurrently(
            model_name='user',
            index=models.Index(condition=models.Q(('suspended_until__isnull', False)), fields=['suspended_until'], name='suspensions_to_end'),
        ),
    ]
