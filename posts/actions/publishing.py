"""Sharing a post."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from accounts.actions import adjust_posts_count
from accounts.models import User
from api.ids import generate_ids
from api.problems import Problem
from events.actions import record
from media.actions import attach, lock_owner
from media.models import Media
from posts.actions.caption_entities import (
    add_mentions,
    add_tags,
    all_tags,
    place_named,
    set_mentions,
    tags_named,
)
from posts.actions.draft_bounds import check_drafts, moment_ahead
from posts.actions.geo_index import add_to_geo_index
from posts.captions import names_in
from posts.models import Post, PostMedia, Tag


class PostFields(TypedDict, total=False):
    """Columns of a post that its author sets as they are; what is absent has its default."""

    caption: str
    media_latitude: Decimal | None
    media_longitude: Decimal | None
    exact_location: bool
    user_latitude: Decimal | None
    user_longitude: Decimal | None
    comments_enabled: bool
    sensitive: bool
    audience: str


@transaction.atomic
def publish(
    *,
    author: User,
    media_ids: Sequence[int],
    tags: Sequence[str] = (),
    place: str | None = None,
    comments_from: str | None = None,
    draft: bool = False,
    publish_at: datetime | None = None,
    idempotency_key: str | None = None,
    idempotency_hash: str = "",
    **fields: Unpack[PostFields],
) -> Post:
    """Shares the author's media, in the order given. Published at once if all are ready, else when they are; a `draft`
    waits for `publish_draft`, what has a `publish_at` for that moment.

    The `audience` of what is no draft cannot be changed later. A retry with the same key gets the post that the first
    try made (422 if the hash differs). Raises `Invalid` for media that are not the author's to show, for more than 30
    tags and for a moment out of bounds, `draft_cap` beyond 100 drafts.
    """
    earlier = Post.objects.first_made_with(idempotency_key, idempotency_hash, author)
    if earlier is not None:
        return earlier
    moment = None if publish_at is None else moment_ahead(publish_at=publish_at)
    found_place = place_named(name=place)
    found_tags = tags_named(names=all_tags(caption=fields.get("caption", ""), explicit=tags))
    earlier = _made_meanwhile(author, idempotency_key, idempotency_hash)
    if earlier is not None:
        return earlier
    media = attach(owner=author, media_ids=list(media_ids))  # locked: none of them changes meanwhile
    post = Post(
        id=generate_ids()[0],
        author=author,
        place=found_place,
        place_name=place if place and found_place else "",
        comments_from=comments_from or "",
        is_draft=draft if publish_at is None else moment is not None,
        publish_at=moment,
        idempotency_key=idempotency_key,
        idempotency_hash=idempotency_hash,
        **fields,
    )
    if not post.is_draft and all(one.state == Media.State.READY for one in media):
        post.timeline_id = post.pk
    _insert(post, media, found_tags)
    if post.is_draft:
        check_drafts(author=author)
    if post.timeline_id is not None:
        _record_published(post)
    return post


def _made_meanwhile(author: User, key: str | None, fingerprint: str) -> Post | None:
    """The post that the same key made at the same time; locks the author, so that there is one or will be none."""
    if key is None:
        return None
    lock_owner(owner=author)
    return Post.objects.first_made_with(key, fingerprint, author)


def _insert(post: Post, media: Sequence[Media], tags: Mapping[str, Tag]) -> None:
    """Writes a new post with all that hangs on it; in the caller's transaction.

    The post's row comes last: what comes into a post that is published moves the version of its card.
    """
    PostMedia.objects.bulk_create(
        [PostMedia(post=post, media=one, position=position) for position, one in enumerate(media)]
    )
    add_tags(post=post, tags=tags)
    add_mentions(post=post)
    add_to_geo_index(post=post)
    post.save(force_insert=True)


def release_draft(*, post: Post) -> None:
    """Makes a draft a post like any other: it appears as soon as its media are ready.

    It is dated by this moment, so that nobody is told how long it lay there; whom its caption names is looked up again.
    The caller holds the post's lock. `Problem("conflict")` if something else with one of its media was taken down.
    """
    if shows_withheld(post=post):
        raise Problem("conflict", "Something with one of its media was taken down")
    post.is_draft, post.publish_at = False, None
    post.created_at = post.updated_at = timezone.now()
    post.save(update_fields=["is_draft", "publish_at", "created_at", "updated_at"])
    set_mentions(post=post, author=post.author)
    appear_when_ready(post=post)


def appear_when_ready(*, post: Post) -> None:
    """Publishes a post that waits for its media, if they are ready and it is no draft, nor put away meanwhile.

    It gets a number of this moment. The caller holds the post's lock.
    """
    put_away = post.archived_at or post.deleted_at or post.removed_at
    if post.timeline_id is not None or post.is_draft or put_away or _unready(post):
        return
    post.timeline_id = generate_ids()[0]
    post.save(update_fields=["timeline_id"])
    _record_published(post)
    post.post_tags.update(timeline_id=post.timeline_id)
    post.cells.update(timeline_id=post.timeline_id)


def _record_published(post: Post) -> None:
    """Counts a post that has just appeared, and records it; in the caller's transaction."""
    if post.is_counted:
        adjust_posts_count(user_id=post.author_id, by=1)
    record("post_published", post_id=post.pk, author_id=post.author_id)
    record_mentions(post=post)


def record_mentions(*, post: Post) -> None:
    """Records that the caption names people, if it has a name; most have none, and cost no task."""
    if names_in(post.caption):
        record("people_mentioned", post_id=post.pk)


def _unready(post: Post) -> bool:
    return post.items.exclude(media__state=Media.State.READY).exists() or shows_withheld(post=post)


def shows_withheld(*, post: Post) -> bool:
    """Whether something else with one of its media was taken down: such a post stays, and does not come anew."""
    return post.items.filter(media__withheld__gt=0).exists()
