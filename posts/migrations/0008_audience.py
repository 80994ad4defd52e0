"""With whom a post is shared; its card shows that, so the trigger that notes changes of the card looks at it, too."""

from django.db import migrations, models

BEFORE = (
    "author_id, caption, place_id, media_latitude, media_longitude, exact_location, shown_latitude, shown_longitude, "
    "user_latitude, user_longitude, comments_enabled, created_at, updated_at, edited_at, archived_at, deleted_at, removed_at"
)
AFTER = f"{BEFORE}, audience"


def _watching(columns):
    names = columns.split(", ")
    old, new = (", ".join(f"{row}.{name}" for name in names) for row in ("OLD", "NEW"))
    return f"""
DROP TRIGGER post_changed ON posts_post;
CREATE TRIGGER post_changed AFTER UPDATE OF {columns} ON posts_post FOR EACH ROW
WHEN (OLD.timeline_id IS NOT NULL AND ({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION posts_note_changed_post();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('posts', '0007_tags_without_unseen_marks'),
    ]

    operations = [
        migrations.AddField(
            model_name='post',
            name='audience',
            field=models.CharField(choices=[('followers', 'Followers'), ('close_friends', 'Close Friends')], db_default='followers', default='followers', max_length=16),
        ),
        migrations.RunSQL(_watching(AFTER), _watching(BEFORE)),
    ]
