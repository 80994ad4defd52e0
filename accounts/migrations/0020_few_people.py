from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0019_who_may_comment")]
    operations = [
        AddIndexConcurrently("user", models.Index(fields=["created_at"], name="people_staff", condition=models.Q(("is_staff", True)))),
        AddIndexConcurrently("user", models.Index(fields=["created_at"], name="people_waiting", condition=models.Q(("awaits_approval", True)))),
        AddIndexConcurrently("user", models.Index(fields=["created_at"], name="people_suspended", condition=models.Q(("suspended_at__isnull", False)))),
        AddIndexConcurrently("user", models.Index(fields=["created_at"], name="people_limited", condition=models.Q(("limited_at__isnull", False)))),
        AddIndexConcurrently("user", models.Index(fields=["created_at"], name="people_deactivated", condition=models.Q(("deactivated_at__isnull", False)))),
        AddIndexConcurrently("user", models.Index(fields=["created_at"], name="people_deleted", condition=models.Q(("deleted_at__isnull", False)))),
    ]
