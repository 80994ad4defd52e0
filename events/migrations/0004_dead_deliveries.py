from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("events", "0003_job_runs")]
    operations = [
        AddIndexConcurrently("delivery", models.Index(fields=["-id"], name="delivery_dead", condition=models.Q(("dead_at__isnull", False)))),
    ]
