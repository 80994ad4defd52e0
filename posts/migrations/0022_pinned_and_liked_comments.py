from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("posts", "0021_who_may_comment")]
    operations = [
        migrations.AddField(
            model_name="comment",
            name="pinned_at",
            field=models.DateTimeField(blank=True, help_text="When the post's author pinned it.", null=True),
        ),
        AddIndexConcurrently(
            model_name="comment",
            index=models.Index(
                fields=["post", "-likes_count", "-id"],
                name="liked_comments",
                condition=models.Q(("likes_count__gt", 0), ("parent__isnull", True)),
            ),
        ),
        AddIndexConcurrently(
            model_name="comment",
            index=models.Index(
                fields=["post", "-pinned_at"],
                name="pinned_comments",
                condition=models.Q(("pinned_at__isnull", False)),
            ),
        ),
    ]
