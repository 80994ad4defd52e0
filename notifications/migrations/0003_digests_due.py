from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """An index that is built while people change their settings."""

    atomic = False
    dependencies = [("notifications", "0002_digests")]
    operations = [
        AddIndexConcurrently(
            model_name="inbox",
            index=models.Index(
                condition=models.Q(("digest_due_at__isnull", False)), fields=["digest_due_at"], name="digests_due"
            ),
        ),
    ]
