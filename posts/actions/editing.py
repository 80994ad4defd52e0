"""Changing a post's words and order."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict

from django.db import transaction
from django.utils import timezone

from api.problems import Invalid, Problem
from events.actions import record
from media.actions import attach, edit_alt_text, release
from media.models import Media
from posts.actions.caption_entities import all_tags, place_named, set_mentions, set_tags, tags_named
from posts.actions.draft_bounds import moment_ahead
from posts.actions.geo_index import position_for_others, update_geo_index
from posts.actions.publishing import appear_when_ready, record_mentions, release_draft
from posts.captions import tag_key, tags_in
from posts.models import Post, PostMedia, Tag

POSITION = ("media_latitude", "media_longitude", "exact_location")
OF_DRAFTS = ("audience", "user_latitude", "user_longitude")


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
    comments_from: str | None
    sensitive: bool
    audience: str
    user_latitude: Decimal | None
    user_longitude: Decimal | None
    publish_at: datetime | None


@transaction.atomic
def edit(*, post: Post, changes: Changes) -> Post:
    """Applies `changes`. The post counts as edited if anything that others see of it is different afterwards.

    `updated_at` moves then, too, and when comments are turned on or off or it is called sensitive: not with a position
    that is shown rounded.
    `media` puts the same media in another order; one that failed may be left out, so that the rest can appear. A draft
    takes other media, too, `publish_at` and what is in OF_DRAFTS, and never counts as edited; a moment that has just
    passed publishes it.
    Raises `Invalid` for other media, for more than 30 tags and for a moment out of bounds, `Problem("conflict")` for
    what a draft alone takes, `Problem("not_found")` if it is in the trash by now.
    """
    row = Post.objects.locked().filter(pk=post.pk, deleted_at__isnull=True, removed_at__isnull=True).first()
    if row is None:
        raise Problem("not_found")
    _refuse_if_published(row, changes)
    place = place_named(name=changes["place"]) if "place" in changes else None
    tags = _tags_after(row, changes)
    before, switches, was_draft = _words_and_place(row), (row.comments_enabled, row.sensitive), row.is_draft
    if "place" in changes:
        row.place, row.place_name = place, (changes["place"] or "") if place else ""
    for name in (*POSITION, *OF_DRAFTS, "caption", "comments_enabled", "sensitive"):
        if name in changes:
            setattr(row, name, changes[name])  # type: ignore[literal-required]
    if "comments_from" in changes:
        row.comments_from = changes["comments_from"] or ""
    changed = before != _words_and_place(row)
    changed |= _retag(row, tags) | _reorder(row, changes) | _describe(row, changes)
    if row.caption != before[0]:
        set_mentions(post=row, author=row.author)
    if changed or was_draft or (row.comments_enabled, row.sensitive) != switches:
        row.updated_at = timezone.now()
    row.edited_at = row.updated_at if changed and not was_draft else row.edited_at
    is_due = _schedule(row, changes)
    row.save()
    if changes.keys() & set(POSITION):
        update_geo_index(post=row)
    if is_due:
        release_draft(post=row)
    appear_when_ready(post=row)
    if changed and not was_draft:
        record("post_edited", post_id=row.pk)
    if row.caption != before[0] and not was_draft:
        record_mentions(post=row)
    return row


def _schedule(post: Post, changes: Changes) -> bool:
    """Sets another moment; whether it has just passed, so that the draft is to be published."""
    said = changes.get("publish_at", post.publish_at)
    if said == post.publish_at:
        return False
    post.publish_at = None if said is None else moment_ahead(publish_at=said)
    return said is not None and post.publish_at is None


def _refuse_if_published(post: Post, changes: Changes) -> None:
    """What stays as it is once a draft is published. Said again as it is, it is no change."""
    said: Mapping[str, Any] = changes
    kept = {name: getattr(post, name) for name in (*OF_DRAFTS, "publish_at")}
    if not post.is_draft and any(said.get(name, stays) != stays for name, stays in kept.items()):
        raise Problem("conflict", "Of a draft alone this can be changed")


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
    added = [media_id for media_id in order if media_id not in items]
    failed = all(item.media.state == Media.State.FAILED for item in left_out)
    if not post.is_draft and (added or not failed):
        raise Invalid("media", "not_the_same", "The same media in another order; only failed ones may be left out")
    if added:
        attach(owner=post.author, media_ids=added)
    if left_out:
        PostMedia.objects.filter(pk__in=[item.pk for item in left_out]).delete()
        release(media_ids=[item.media_id for item in left_out])
    for position, media_id in enumerate(order):
        if media_id in items:
            items[media_id].position = position
    PostMedia.objects.bulk_update([items[media_id] for media_id in order if media_id in items], ["position"])
    PostMedia.objects.bulk_create([PostMedia(post=post, media_id=one, position=order.index(one)) for one in added])
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
