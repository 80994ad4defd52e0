from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("media", "0012_refused_images")]
    operations = [
        AddIndexConcurrently("media", models.Index(fields=["-id"], name="media_failed", condition=models.Q(("state", "failed")))),
        AddIndexConcurrently("blob", models.Index(fields=["state", "-id"], name="blobs_unstored", condition=models.Q(("state__in", ["receiving", "purging"])))),
    ]
