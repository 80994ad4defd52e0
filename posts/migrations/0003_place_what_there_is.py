from django.db import migrations, models

from posts.geo_cells import cells_of, rounded


def place_what_there_is(apps, schema_editor):
    """Uses of tags get their post's number; positions are rounded for others and found by what they are shown."""
    Post, PostTag, PostCell = (apps.get_model("posts", name) for name in ("Post", "PostTag", "PostCell"))
    number = Post.objects.filter(pk=models.OuterRef("post")).values("timeline_id")
    PostTag.objects.update(timeline_id=models.Subquery(number))
    for post in Post.objects.filter(media_latitude__isnull=False).iterator():
        shown = rounded(post.media_latitude, post.media_longitude)
        post.shown_latitude, post.shown_longitude = shown
        post.save(update_fields=["shown_latitude", "shown_longitude"])
        PostCell.objects.bulk_create(
            [PostCell(post=post, cell=cell, timeline_id=post.timeline_id) for cell in cells_of(*shown)]
        )


class Migration(migrations.Migration):

    dependencies = [('posts', '0002_tags_and_places')]
    operations = [migrations.RunPython(place_what_there_is, migrations.RunPython.noop)]
