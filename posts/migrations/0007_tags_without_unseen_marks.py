"""Tags that were written with variation selectors and the like become the tags without them."""

from django.db import migrations

from posts.captions import UNSEEN, tag_key, tag_named


def merge_tags(apps, schema_editor):
    Tag = apps.get_model("posts", "Tag")
    for tag in Tag.objects.filter(normalized_name__regex=f"[{_written_out(UNSEEN)}]").iterator():
        key = tag_key(tag.name)
        other = Tag.objects.filter(normalized_name=key).first() if key else None
        if other is not None:
            _move(apps, tag, other)
        elif key:
            Tag.objects.filter(pk=tag.pk).update(normalized_name=key, name=tag_named(tag.name) or tag.name)


def _written_out(ranges):
    """PostgreSQL's brackets compare by collation, so that a range of them may be empty."""
    found = ""
    for place, letter in enumerate(ranges):
        if letter == "-":
            found += "".join(map(chr, range(ord(ranges[place - 1]) + 1, ord(ranges[place + 1]))))
        else:
            found += letter
    return found


def _move(apps, tag, other):
    for name, owner in (("PostTag", "post"), ("TagFollow", "user")):
        rows = apps.get_model("posts", name).objects
        there = rows.filter(tag=other.pk).values(owner)
        rows.filter(tag=tag.pk).exclude(**{f"{owner}__in": there}).update(tag=other.pk)
    tag.delete()


class Migration(migrations.Migration):
    dependencies = [("posts", "0006_notices")]
    operations = [migrations.RunPython(merge_tags, migrations.RunPython.noop)]
