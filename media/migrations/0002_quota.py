"""The size of a media's original in its own row, and the index that a quota is summed over."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery


def copy_sizes(apps, schema_editor):
    blobs = apps.get_model("media", "Blob").objects.filter(pk=OuterRef("blob_id"))
    apps.get_model("media", "Media").objects.filter(size=None).update(size=Subquery(blobs.values("size")))


class Migration(migrations.Migration):
    atomic = False  # rows are not rewritten and indexed in one transaction

    dependencies = [
        ("media", "0001_originals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("media", "size", models.PositiveBigIntegerField(null=True)),
        migrations.RunPython(copy_sizes, migrations.RunPython.noop),
        migrations.AlterField(
            "media",
            "size",
            models.PositiveBigIntegerField(help_text="Bytes of its original, here again so that a quota is one index."),
        ),
        migrations.AddIndex(
            "media",
            models.Index(
                condition=Q(("deleted_at__isnull", True), Q(("state", "receiving"), _negated=True)),
                fields=["owner", "id"],
                include=["size"],
                name="media_quota",
            ),
        ),
    ]
