"""Who may comment on a post; its card shows that to its author, so the trigger that notes changes looks at it, too."""

from django.db import migrations, models

BEFORE = (
    "author_id, caption, place_id, media_latitude, media_longitude, exact_location, shown_latitude, shown_longitude, "
    "user_latitude, user_longitude, comments_enabled, created_at, updated_at, edited_at, archived_at, deleted_at, removed_at, "
    "audience"
)
AFTER = f"{BEFORE}, comments_from"


def _watching(columns):
    names = columns.split(", ")
    old, new = (", ".join(f"{row}.{name}" for name in names) for row in ("OLD", "NEW"))
    return f"""
DROP TRIGGER post_changed ON posts_post;
CREATE TRIGGER post_changed AFTER UPDATE OF {columns} ON posts_post FOR EACH ROW
WHEN (OLD.timeline_id IS NOT NULL AND ({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION posts_note_changed_post();
"""


class Migration(migrations.Migration):
    dependencies = [("posts", "0020_comment_edits_and_mentions")]
    operations = [
        migrations.AddField(
            model_name="post",
            name="comments_from",
            field=models.CharField(
                blank=True,
                choices=[
                    ("everybody", "Everybody"),
                    ("followers", "Followers"),
                    ("people_i_follow", "People I Follow"),
                    ("nobody", "Nobody"),
                ],
                db_default="",
                default="",
                help_text="Who may comment; empty: whom its author's account lets.",
                max_length=16,
            ),
        ),
        migrations.RunSQL(_watching(AFTER), _watching(BEFORE)),
    ]
