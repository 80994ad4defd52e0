"""Gives each post its own spelling of its tags and place, and tags and places ids that hold no time.

A tag or place was spelled as its first writer did. That spelling goes to their own posts, and to those of others if the
first post is public; else those have what their caption says, or the normalized name. Each batch is a transaction of its own:
cut short, it may be run again.
"""

from django.db import migrations, transaction

from posts.captions import tag_key, tags_in
from posts.models.labels import FIRST_LABEL_ID, label_id

BATCH = 500
USES = {"Place": [("posts_post", "place_id")],
        "Tag": [("posts_posttag", "tag_id"), ("posts_tagfollow", "tag_id"), ("posts_trendingtag", "tag_id")]}  # fmt: skip


def spell_places(apps, schema_editor):
    Place, Post = apps.get_model("posts", "Place"), apps.get_model("posts", "Post")
    for place in Place.objects.filter(id__lt=FIRST_LABEL_ID).order_by("pk").iterator():
        _spell(Post.objects.filter(place=place.pk, place_name=""), place, "place_name", "", "pk")


def spell_tags(apps, schema_editor):
    Tag, PostTag = apps.get_model("posts", "Tag"), apps.get_model("posts", "PostTag")
    for tag in Tag.objects.filter(id__lt=FIRST_LABEL_ID).order_by("pk").iterator():
        _spell(PostTag.objects.filter(tag=tag.pk, name=""), tag, "name", "post__", "post")


def _spell(uses, label, field, post, order):
    first = uses.select_related("post__author" if post else "author").order_by(order).first()
    if first is None:
        return
    written_in = first.post if post else first
    with transaction.atomic():
        if not _is_public(written_in):
            uses.exclude(**{f"{post}author": written_in.author_id}).update(**{field: label.normalized_name})
        uses.update(**{field: label.name})


def _is_public(post):
    away = (post.archived_at, post.deleted_at, post.removed_at)
    hidden = (post.audience != "followers", post.author.is_private, post.author.suspended_at, post.author.deactivated_at)
    return post.timeline_id is not None and not any(away) and not any(hidden)


def spell_by_captions(apps, schema_editor):
    Post, PostTag = apps.get_model("posts", "Post"), apps.get_model("posts", "PostTag")
    after = 0
    while batch := list(Post.objects.filter(pk__gt=after, post_tags__isnull=False).distinct().order_by("pk")[:BATCH]):
        written = {post.pk: {tag_key(tag): tag for tag in tags_in(post.caption)} for post in batch}
        uses = PostTag.objects.filter(post__in=list(written)).select_related("tag")
        wrong = []
        for use in uses:
            name = written[use.post_id].get(use.tag.normalized_name, use.name)
            if name != use.name:
                use.name = name
                wrong.append(use)
        PostTag.objects.bulk_update(wrong, ["name"])
        after = batch[-1].pk


def renumber(apps, schema_editor):
    for name, uses in USES.items():
        model = apps.get_model("posts", name)
        while batch := list(model.objects.filter(id__lt=FIRST_LABEL_ID).order_by("pk")[:BATCH]):
            ids = [row.pk for row in batch], [label_id(name.lower(), row.normalized_name) for row in batch]
            with transaction.atomic(), schema_editor.connection.cursor() as cursor:
                for table, column in [(model._meta.db_table, "id"), *uses]:
                    cursor.execute(
                        f"UPDATE {table} SET {column} = found.new "  # noqa: S608 (names of this file)
                        f"FROM unnest(%s::bigint[], %s::bigint[]) found (old, new) WHERE {column} = found.old",
                        ids,
                    )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0003_failed_log_ins"), ("posts", "0009_spellings_of_posts")]
    operations = [
        migrations.RunPython(forward, migrations.RunPython.noop)
        for forward in (spell_places, spell_tags, spell_by_captions, renumber)
    ]
