"""Posts hold how their author writes their tags and place; their cards move with that, no longer with the tag or place."""

from django.db import migrations, models

BEFORE = (
    "author_id, caption, place_id, media_latitude, media_longitude, exact_location, shown_latitude, shown_longitude, "
    "user_latitude, user_longitude, comments_enabled, created_at, updated_at, edited_at, archived_at, deleted_at, removed_at, "
    "audience"
)
AFTER = f"{BEFORE}, place_name"


def _watching(columns):
    names = columns.split(", ")
    old, new = (", ".join(f"{row}.{name}" for name in names) for row in ("OLD", "NEW"))
    return f"""
DROP TRIGGER post_changed ON posts_post;
CREATE TRIGGER post_changed AFTER UPDATE OF {columns} ON posts_post FOR EACH ROW
WHEN (OLD.timeline_id IS NOT NULL AND ({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION posts_note_changed_post();
"""


LABELS = """
CREATE TRIGGER posts_tag_changed AFTER UPDATE OF name ON posts_tag FOR EACH ROW
WHEN ((OLD.name) IS DISTINCT FROM (NEW.name)) EXECUTE FUNCTION posts_note_changed_tag();
CREATE TRIGGER posts_place_changed AFTER UPDATE OF name ON posts_place FOR EACH ROW
WHEN ((OLD.name) IS DISTINCT FROM (NEW.name)) EXECUTE FUNCTION posts_note_changed_place();
"""
NO_LABELS = "DROP TRIGGER posts_tag_changed ON posts_tag; DROP TRIGGER posts_place_changed ON posts_place;"


class Migration(migrations.Migration):
    dependencies = [("posts", "0008_audience")]
    operations = [
        migrations.AddField(
            model_name="post",
            name="place_name",
            field=models.CharField(blank=True, db_default="", default="", help_text="As its author wrote it.", max_length=100),
        ),
        migrations.AddField(
            model_name="posttag",
            name="name",
            field=models.CharField(db_default="", default="", max_length=100),
        ),
        migrations.AddField(
            model_name="tag",
            name="spelled_by",
            field=models.BigIntegerField(blank=True, editable=False, help_text="The id of the public post whose spelling a large one shows.", null=True),
        ),
        migrations.AddField(
            model_name="place",
            name="spelled_by",
            field=models.BigIntegerField(blank=True, editable=False, help_text="The id of the public post whose spelling a large one shows.", null=True),
        ),
        migrations.RunSQL(_watching(AFTER), _watching(BEFORE)),
        migrations.RunSQL(NO_LABELS, LABELS),
    ]
