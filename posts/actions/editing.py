"""Changing a post's words and order."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypedDict

from django.db import transaction
from django.utils import timezone

from api.problems import Invalid, Problem
from events.actions import record
from media.actions import edit_alt_text, release
from media.models import Media
from posts.actions.caption_entities import all_tags, place_named, set_mentions, set_tags, tags_named
from posts.actions.geo_index import position_for_others, update_geo_index
from posts.actions.publishing import appear_when_ready
from posts.captions import tag_key, tags_in
from posts.models import Post, PostMedia, Tag

POSITION = ("media_latitude", "media_longitude", "exact_location")


class Changes(TypedDict, total=False):
    """What may change; what is absent stays."""

    caption: str
    tags: Sequence[str]
    place: str | None
    media: Sequence[int]
    alt_texts: Mapping[int, str]
    media_latitude: Decimal | None
    media_longitude: Decimal | None
    exact_location: bool
    comments_enabled: bool
    sensitive: bool


@transaction.atomic
def edit(*, post: Post, changes: Changes) -> Post:
    """Applies `changes`. The post counts as edited if anything that others see of it is different afterwards.

    `updated_at` moves then, too, and when comments are turned on or off or it is called sensitive: not with a position
    that is shown rounded.
    `media` puts the same media in another order; one that failed may be left out, so that the rest can appear.
    Raises `Invalid` for other media and for more than 30 tags, `Problem("not_found")` if it is in the trash by now.
    """
    row = Post.objects.locked().filter(pk=post.pk, deleted_at__isnull=True, removed_at__isnull=True).first()
    if row is None:
        raise Problem("not_found")
    place = place_named(name=changes["place"]) if "place" in changes else None
    tags = _tags_after(row, changes)
    before, switches = _words_and_place(row), (row.comments_enabled, row.sensitive)
    if "place" in changes:
        row.place, row.place_name = place, (changes["place"] or "") if place else ""
    for name in (*POSITION, "caption", "comments_enabled", "sensitive"):
        if name in changes:
            setattr(row, name, changes[name])  # type: ignore[literal-required]
    changed = before != _words_and_place(row)
    changed |= _retag(row, tags) | _reorder(row, changes) | _describe(row, changes)
    if row.caption != before[0]:
        set_mentions(post=row, author=row.author)
    if changed or (row.comments_enabled, row.sensitive) != switches:
        row.updated_at = timezone.now()
    row.edited_at = row.updated_at if changed else row.edited_at
    row.save()
    if changes.keys() & set(POSITION):
        update_geo_index(post=row)
    appear_when_ready(post=row)
    if changed:
        record("post_edited", post_id=row.pk)
    return row


def _words_and_place(post: Post) -> tuple[Any, ...]:
    return post.caption, post.place_id, post.place_name, post.exact_location, position_for_others(post)


def _tags_after(post: Post, changes: Changes) -> dict[str, Tag] | None:
    """The tags the post will have, or None if they do not change. Explicit ones outlive an edit of the caption."""
    if "caption" not in changes and "tags" not in changes:
        return None
    explicit = changes["tags"] if "tags" in changes else _explicit_tags(post)
    return tags_named(names=all_tags(caption=changes.get("caption", post.caption), explicit=explicit))


def _explicit_tags(post: Post) -> list[str]:
    in_caption = {tag_key(tag) for tag in tags_in(post.caption)}
    named = post.post_tags.order_by("position").values_list("name", flat=True)
    return [name for name in named if tag_key(name) not in in_caption]


def _retag(post: Post, tags: dict[str, Tag] | None) -> bool:
    before = [(row.name, row.tag_id) for row in post.post_tags.order_by("position")]
    if tags is None or [(name, tag.pk) for name, tag in tags.items()] == before:
        return False
    set_tags(post=post, tags=tags)
    return True


def _reorder(post: Post, changes: Changes) -> bool:
    items = {item.media_id: item for item in post.items.select_related("media").order_by("position")}
    order = list(changes.get("media", items))
    if order == list(items):
        return False
    left_out = [items[media_id] for media_id in items.keys() - set(order)]
    if set(order) - items.keys() or any(item.media.state != Media.State.FAILED for item in left_out):
        raise Invalid("media", "not_the_same", "The same media in another order; only failed ones may be left out")
    if left_out:
        PostMedia.objects.filter(pk__in=[item.pk for item in left_out]).delete()
        release(media_ids=[item.media_id for item in left_out])
    for position, media_id in enumerate(order):
        items[media_id].position = position
    PostMedia.objects.bulk_update([items[media_id] for media_id in order], ["position"])
    return True


def _describe(post: Post, changes: Changes) -> bool:
    alt_texts = changes.get("alt_texts", {})
    media = {item.media_id: item.media for item in post.items.select_related("media")}
    for media_id in alt_texts:
        if media_id not in media:
            raise Invalid("alt_texts", "not_of_this_post", f"{media_id} is not a media of this post")
    different = [one for one in sorted(alt_texts) if media[one].alt_text != alt_texts[one]]
    for media_id in different:
        edit_alt_text(media=media[media_id], alt_text=alt_texts[media_id])
    return bool(different)
