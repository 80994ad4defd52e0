from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0021_labels")]
    operations = [
        AddIndexConcurrently(
            "user",
            models.Index(
                fields=["id"],
                name="people_away",
                condition=Q(suspended_at__isnull=False) | Q(deactivated_at__isnull=False) | Q(deleted_at__isnull=False),
            ),
        )
    ]
