"""Triggers that note a change of what a published post shows; posts/models/changes.py says what for.

A post that is not published has no card. Rows of many at once (media, tags, renditions) are noted by the statement.
"""

import django.db.models.deletion
from django.db import migrations, models

import api.ids

POST = (
    "author_id, caption, place_id, media_latitude, media_longitude, exact_location, shown_latitude, shown_longitude, "
    "user_latitude, user_longitude, comments_enabled, created_at, updated_at, edited_at, archived_at, deleted_at, removed_at"
)
MEDIA = "kind, state, error_code, error_detail, alt_text, width, height, duration, progress, blurhash, prefix"
BY_STATEMENT = {
    "posts_postmedia": "posts_note_changed_posts",
    "posts_posttag": "posts_note_changed_posts",
    "media_rendition": "posts_note_changed_renditions",
}


def _pair(columns):
    names = columns.split(", ")
    return ", ".join(f"OLD.{name}" for name in names), ", ".join(f"NEW.{name}" for name in names)


def _row_trigger(name, table, columns, function, extra=""):
    old, new = _pair(columns)
    return f"""
CREATE TRIGGER {name} AFTER UPDATE OF {columns} ON {table} FOR EACH ROW
WHEN ({extra}({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION {function}();
"""


def _statement_triggers(table, function):
    return "".join(
        f"""
CREATE TRIGGER post_changed_by_{event.lower()} AFTER {event} ON {table} REFERENCING {rows} TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION {function}();
"""
        for event, rows in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
    )


def _function(name, body):
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {body}
    RETURN NULL;
END
$$;
"""


_SHOWING = "JOIN posts_post post ON post.id = item.post_id AND post.timeline_id IS NOT NULL"
FORWARD = (
    "ALTER TABLE posts_postchange ADD CONSTRAINT change_goes_with_post "
    "FOREIGN KEY (post_id) REFERENCES posts_post (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;"
    + _function("posts_note_changed_post", "INSERT INTO posts_postchange (post_id) VALUES (NEW.id);")
    + _function(
        "posts_note_changed_posts",
        "INSERT INTO posts_postchange (post_id) SELECT DISTINCT item.post_id FROM changed item " + _SHOWING + ";",
    )
    + _function(
        "posts_note_changed_renditions",
        "INSERT INTO posts_postchange (post_id) SELECT DISTINCT item.post_id FROM changed "
        "JOIN posts_postmedia item ON item.media_id = changed.media_id " + _SHOWING + ";",
    )
    + _function(
        "posts_note_changed_media",
        "INSERT INTO posts_postchange (post_id) SELECT DISTINCT item.post_id FROM posts_postmedia item "
        + _SHOWING + " WHERE item.media_id = NEW.id;",
    )
    + _function(
        "posts_note_changed_tag",
        "INSERT INTO posts_postchange (post_id) SELECT DISTINCT item.post_id FROM posts_posttag item "
        + _SHOWING + " WHERE item.tag_id = NEW.id;",
    )
    + _function(
        "posts_note_changed_place",
        "INSERT INTO posts_postchange (post_id) SELECT post.id FROM posts_post post "
        "WHERE post.place_id = NEW.id AND post.timeline_id IS NOT NULL;",
    )
    + _row_trigger(
        "post_changed", "posts_post", POST, "posts_note_changed_post", "OLD.timeline_id IS NOT NULL AND "
    )
    + _row_trigger("posts_media_changed", "media_media", MEDIA, "posts_note_changed_media")
    + _row_trigger("posts_tag_changed", "posts_tag", "name", "posts_note_changed_tag")
    + _row_trigger("posts_place_changed", "posts_place", "name", "posts_note_changed_place")
    + "".join(_statement_triggers(table, function) for table, function in BY_STATEMENT.items())
)
BACKWARD = (
    "".join(
        f"DROP TRIGGER post_changed_by_{event} ON {table};"
        for table in BY_STATEMENT
        for event in ("insert", "update", "delete")
    )
    + "DROP TRIGGER post_changed ON posts_post; DROP TRIGGER posts_media_changed ON media_media;"
    "DROP TRIGGER posts_tag_changed ON posts_tag; DROP TRIGGER posts_place_changed ON posts_place;"
    + "".join(
        f"DROP FUNCTION posts_note_changed_{what}();" for what in ("post", "posts", "renditions", "media", "tag", "place")
    )
)


class Migration(migrations.Migration):
    dependencies = [("media", "0005_media_in_grace"), ("posts", "0004_plain_names")]
    operations = [
        migrations.CreateModel(
            name="PostChange",
            fields=[
                ("id", api.ids.IdField(db_default=api.ids.GenerateId(), editable=False, primary_key=True, serialize=False)),
                ("post", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="changes", to="posts.post")),
            ],
            options={"indexes": [models.Index(fields=["post", "id"], name="changes_of_post")]},
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
