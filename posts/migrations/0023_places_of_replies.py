"""A comment may be nobody's, once it is deleted: it keeps the place of the replies to it."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models

# Replies were deleted with their top comment, which went on counting them.
COUNT = """
UPDATE posts_comment SET replies_count = 0
WHERE parent_id IS NULL AND deleted_at IS NOT NULL AND replies_count > 0 AND NOT EXISTS (
    SELECT FROM posts_comment reply
    WHERE reply.parent_id = posts_comment.id AND reply.deleted_at IS NULL AND reply.removed_at IS NULL
)
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("posts", "0022_pinned_and_liked_comments")]
    operations = [
        migrations.AlterField(
            model_name="comment",
            name="author",
            field=models.ForeignKey(
                blank=True,
                help_text="Nobody, if the account was purged and others have replied.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="comments",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        AddConstraintNotValid(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(("author__isnull", False), ("deleted_at__isnull", False), _connector="OR"),
                name="comments_have_authors",
            ),
        ),
        ValidateConstraint(model_name="comment", name="comments_have_authors"),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
    ]
