"""The list of notifications, as JSON: NotificationSerializer's bytes.

`notifications/rows.py` finds what may be shown and in which order. People come from their cards; the pictures of posts
and stories by one statement more, whatever the length of the page.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from accounts.cards import people_as_json
from accounts.models import User, card_version
from api.compiled import Parameters, any_of, compiled, compiled_generic
from api.ids import moment_of
from api.renderers import JSONRenderer
from api.times import time_text
from media.media_urls import file_url
from media.models import Media, Rendition
from notifications.limits import MAX_ACTORS
from notifications.rows import Row
from posts.models import PostMedia
from social.models import Audience
from stories.models import Story

_ENTRY = (
    b'{"id":"%d","kind":"%b","actors":[%b],"actors_count":%d,"post":%b,"comment":%b,"story":%b,"media":%b,'
    b'"moderation":%b,"seen":%b,"created_at":"%b"}'
)
_NULL = b"null"


@compiled
def _people(given: Parameters) -> QuerySet[Any, Any]:
    people = User.objects.get_queryset().filter(any_of("pk", given.ids("people")))
    return people.values_list("pk", card_version(), "is_private")


_PICTURE = ("prefix", "kind", "duration", "alt_text", "blurhash")


def _smallest() -> Subquery:
    """The name of the smallest picture of a media."""
    pictures = Rendition.objects.filter(media=OuterRef("media"), content_type__startswith="image/")
    webp_first = Case(When(content_type="image/webp", then=Value(0)), default=Value(1))
    return Subquery(pictures.order_by("width", webp_first).values("name")[:1])


@compiled_generic
def _post_pictures(given: Parameters) -> QuerySet[Any, Any]:
    first = PostMedia.objects.filter(any_of("post", given.ids("posts")), position=0)
    few = Case(
        When(Q(post__author__is_private=True) | ~Q(post__audience=Audience.FOLLOWERS), then=Value(True)),
        default=Value(False),
    )
    sensitive = ExpressionWrapper(
        Q(post__sensitive=True) | Q(post__marked_sensitive_at__isnull=False), output_field=BooleanField()
    )
    return first.annotate(smallest=_smallest(), few=few, is_sensitive=sensitive).values_list(
        "post", "is_sensitive", "few", "smallest", *[f"media__{name}" for name in _PICTURE]
    )


@compiled_generic
def _story_pictures(given: Parameters) -> QuerySet[Any, Any]:
    stories = Story.objects.filter(any_of("pk", given.ids("stories")))
    few = Case(
        When(Q(author__is_private=True) | ~Q(audience=Audience.FOLLOWERS), then=Value(True)), default=Value(False)
    )
    return stories.annotate(smallest=_smallest(), few=few, is_sensitive=Value(False)).values_list(
        "pk", "is_sensitive", "few", "smallest", *[f"media__{name}" for name in _PICTURE], "expires_at"
    )


def as_json(rows: Sequence[Row]) -> list[bytes]:
    """Each notification in its JSON."""
    people = _cards(pk for row in rows for pk in row.actors[:MAX_ACTORS] if pk is not None)
    posts = _pictures(_post_pictures, posts=[row.post for row in rows if row.post is not None])
    stories = _pictures(_story_pictures, stories=[row.story for row in rows if row.story is not None])
    return [_entry(row, people, posts, stories) for row in rows]


def _cards(ids: Iterable[int]) -> dict[int, bytes]:
    wanted = set(ids)
    return people_as_json(_people().rows(people=wanted)) if wanted else {}


def _pictures(read: Any, **ids: list[int]) -> dict[int, bytes]:
    if not any(ids.values()):
        return {}
    return {row[0]: _picture(*row) for row in read().rows(**ids)}


def _picture(
    pk: int,
    sensitive: bool,
    few: bool,
    smallest: str | None,
    prefix: str,
    kind: str,
    duration: float | None,
    alt_text: str,
    blurhash: str,
    not_after: datetime | None = None,
) -> bytes:
    """A post or story, by its first media; a story's address ends with it."""
    plays = duration if kind == Media.Kind.VIDEO else None
    address = file_url(prefix, smallest, duration=plays, private=few, not_after=not_after) if smallest else None
    return _shown(pk, address, alt_text, blurhash or None, sensitive=sensitive)


def _shown(pk: int, thumbnail: str | None, alt_text: str, blurhash: str | None, *, sensitive: bool) -> bytes:
    return _json(
        {"id": str(pk), "thumbnail": thumbnail, "alt_text": alt_text, "blurhash": blurhash, "sensitive": sensitive}
    )


def _json(value: Any) -> bytes:
    text: bytes = JSONRenderer().render(value)
    return text


def _entry(row: Row, people: dict[int, bytes], posts: dict[int, bytes], stories: dict[int, bytes]) -> bytes:
    return _ENTRY % (
        row.newest,
        row.kind.encode(),
        b",".join([people[pk] for pk in row.actors[:MAX_ACTORS] if pk is not None and pk in people]),
        row.actors_count,
        _picture_of(row.post, posts),
        _comment(row) if row.comment is not None else _NULL,
        _picture_of(row.story, stories),
        _failed_media(row) if row.media is not None else _NULL,
        _json(json.loads(row.details)) if row.details else _NULL,
        b"true" if row.newest <= row.seen_id else b"false",
        time_text(moment_of(row.newest)).encode(),
    )


def _picture_of(pk: int | None, pictures: dict[int, bytes]) -> bytes:
    """A post or story, without a picture if it has none."""
    if pk is None:
        return _NULL
    return pictures.get(pk) or _shown(pk, None, "", None, sensitive=False)


def _comment(row: Row) -> bytes:
    return _json({"id": str(row.comment), "text": row.text, "reply_to": str(row.reply_to) if row.reply_to else None})


def _failed_media(row: Row) -> bytes:
    error = {"code": row.error_code, "detail": row.error_detail}
    return _json({"id": str(row.media), "kind": row.media_kind, "error": error})
