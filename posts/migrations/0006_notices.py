"""The trigger that notes changes of what a post shows of its media looks at notices, too."""

from django.db import migrations

BEFORE = "kind, state, error_code, error_detail, alt_text, width, height, duration, progress, blurhash, prefix"
AFTER = f"{BEFORE}, notices"


def _watching(columns):
    names = columns.split(", ")
    old, new = (", ".join(f"{row}.{name}" for name in names) for row in ("OLD", "NEW"))
    return f"""
DROP TRIGGER posts_media_changed ON media_media;
CREATE TRIGGER posts_media_changed AFTER UPDATE OF {columns} ON media_media FOR EACH ROW
WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION posts_note_changed_media();
"""


class Migration(migrations.Migration):
    dependencies = [("media", "0008_notices"), ("posts", "0005_changes")]
    operations = [migrations.RunSQL(_watching(AFTER), _watching(BEFORE))]
