"""The list of notifications, as JSON: NotificationSerializer's bytes.

One statement finds what may be shown and in which order. People come from their cards; the pictures of posts and
stories by one statement more, whatever the length of the page.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    ExpressionWrapper,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.cards import people_as_json
from accounts.models import User, card_version
from api.compiled import Parameters, any_of, compiled
from api.ids import MAX_ID, moment_of
from api.renderers import JSONRenderer
from media.media_urls import rendition_url
from media.models import Media, Rendition
from notifications.limits import MAX_ACTORS, MAX_COUNTED
from notifications.models import Cause, Notification, seen_by
from posts.models import PostMedia
from social.models import Audience
from stories.models import Story

WINDOW = 4  # times the length of a page
TIME_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"
_ENTRY = b'{"id":"%d","kind":"%b","actors":[%b],"actors_count":%d,%b}'


class Row(NamedTuple):
    """A notification as it is read; `newest` is its id for clients."""

    newest: int
    kind: str
    actors: list[int | None]
    post: int | None
    comment: int | None
    text: str | None
    reply_to: int | None
    story: int | None
    media: int | None
    media_kind: str | None
    error_code: str | None
    error_detail: str | None
    details: str
    seen_id: int


COLUMNS = (
    "newest", "kind", "actors", "post", "comment", "comment__text", "comment__reply_to", "story", "media",
    "media__kind", "media__error_code", "media__error_detail", "details", "seen",
)  # fmt: skip


def _with_all_that_is_shown(viewer: AbstractBaseUser) -> QuerySet[Any, Any]:
    causes = Cause.objects.filter(notification=OuterRef("pk")).visible_to(viewer).order_by("-pk")
    actors = ArraySubquery(causes.values("actor")[:MAX_COUNTED])
    return Notification.objects.shown_to(viewer).annotate(actors=actors, seen=seen_by(viewer))


@compiled
def _listed(given: Parameters, *, count: int, newer: bool = False) -> QuerySet[Any, Any]:
    viewer = given.person("viewer")
    beyond, order = ("gt", "newest") if newer else ("lt", "-newest")
    rows = _with_all_that_is_shown(viewer).filter(**{f"newest__{beyond}": given.id("position")})
    rows = rows.filter(newest_id__gt=given.id("position")) if newer else rows  # which is no less than what is shown
    return rows.order_by(order).values_list(*COLUMNS)[:count]


class _Pair(Func):
    """A cause and its actor; 0 for nobody."""

    template = "ARRAY[%(expressions)s]"
    output_field = ArrayField(BigIntegerField())


@compiled
def _window(given: Parameters, *, count: int) -> QuerySet[Any, Any]:
    """Those that changed last, each with the causes that are shown, newest first, as pairs of cause and actor.

    The last column is the horizon, 0 if this is all there is. What is not in the window is shown below the horizon.
    The causes are asked for once: by `newest` PostgreSQL would go through them for each filter, the order and the page.
    """
    viewer = given.person("viewer")
    last = WINDOW * count - 1
    changed = Notification.objects.filter(recipient=viewer.pk).order_by("-newest_id").values("newest_id")
    horizon = Coalesce(Subquery(changed[last : last + 1]), Value(0), output_field=BigIntegerField())
    causes = Cause.objects.filter(notification=OuterRef("pk")).visible_to(viewer).order_by("-pk")
    pairs = causes.annotate(pair=_Pair("pk", Coalesce("actor_id", Value(0)))).values("pair")[:MAX_COUNTED]
    rows = Notification.objects.on_visible(viewer).annotate(horizon=horizon).filter(newest_id__gte=horizon)
    return rows.annotate(shown=ArraySubquery(pairs), seen=seen_by(viewer)).values_list(
        "shown", "kind", *COLUMNS[3:], "horizon"
    )


def _first(viewer: AbstractBaseUser, count: int) -> list[Row] | None:
    """The first page by the window; None if it holds too few."""
    found, horizon = [], None
    for pairs, kind, *others, horizon in _window(count=count).rows(viewer=viewer.pk):
        if pairs and pairs[0][0] >= horizon:
            found.append(Row(pairs[0][0], kind, [actor or None for _, actor in pairs], *others))
    found.sort(key=lambda row: -row.newest)
    return found[:count] if len(found) >= count or horizon == 0 else None


@compiled
def _newer(given: Parameters, *, count: int) -> QuerySet[Any, Any]:
    viewer = given.person("viewer")
    rows = _with_all_that_is_shown(viewer).filter(newest__gt=given.id("after"), newest_id__gt=given.id("after"))
    rows = rows.filter(newest__gt=seen_by(viewer))
    return rows.order_by("-newest").values_list(*COLUMNS)[:count]


@compiled
def _unseen(given: Parameters, *, count: int) -> QuerySet[Any, Any]:
    return Notification.objects.unseen_by(given.person("viewer")).values_list("pk")[:count]


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


@compiled
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


@compiled
def _story_pictures(given: Parameters) -> QuerySet[Any, Any]:
    stories = Story.objects.filter(any_of("pk", given.ids("stories")))
    few = Case(
        When(Q(author__is_private=True) | ~Q(audience=Audience.FOLLOWERS), then=Value(True)), default=Value(False)
    )
    return stories.annotate(smallest=_smallest(), few=few, is_sensitive=Value(False)).values_list(
        "pk", "is_sensitive", "few", "smallest", *[f"media__{name}" for name in _PICTURE], "expires_at"
    )


def rows_of(viewer: AbstractBaseUser, *, position: int, count: int, newer: bool = False) -> list[Row]:
    """The newest rows below `position`, newest first; with `newer`, the oldest above it, oldest first."""
    if position == MAX_ID and not newer:
        first = _first(viewer, count)
        if first is not None:
            return first
    rows = _listed(count=count, newer=newer).rows(viewer=viewer.pk, position=position)
    return [Row(*row) for row in rows]


def newer_rows(viewer: AbstractBaseUser, *, after: int, count: int) -> list[Row]:
    """Those that the viewer has not seen and that are newer than a cause, newest first."""
    return [Row(*row) for row in _newer(count=count).rows(viewer=viewer.pk, after=after)]


def unread_count(viewer: AbstractBaseUser) -> int:
    """How many of them the viewer has not seen; 100 stands for more, too."""
    return len(_unseen(count=MAX_COUNTED).rows(viewer=viewer.pk))


def as_json(rows: Sequence[Row]) -> list[bytes]:
    """Each notification in its JSON."""
    people = _cards(pk for row in rows for pk in row.actors[:MAX_ACTORS] if pk is not None)
    posts = _pictures(_post_pictures, posts=[row.post for row in rows if row.post is not None])
    stories = _pictures(_story_pictures, stories=[row.story for row in rows if row.story is not None])
    return [_entry(row, people, posts, stories) for row in rows]


def _cards(ids: Iterable[int]) -> dict[int, bytes]:
    wanted = set(ids)
    return people_as_json(_people().rows(people=wanted)) if wanted else {}


def _pictures(read: Any, **ids: list[int]) -> dict[int, dict[str, Any]]:
    if not any(ids.values()):
        return {}
    return {row[0]: _picture(*row) for row in read().rows(**ids)}


def _picture(pk: int, sensitive: bool, few: bool, smallest: str | None, *values: Any) -> dict[str, Any]:
    """A post or story, by its first media. Behind `_PICTURE` may stand when its address ends at the latest."""
    media = Media(**dict(zip(_PICTURE, values, strict=False)))
    expires_at: datetime | None = values[len(_PICTURE)] if len(values) > len(_PICTURE) else None
    made = Rendition(name=smallest) if smallest else None
    address = rendition_url(media, made, private=few, not_after=expires_at) if made else None
    shown = {"id": str(pk), "thumbnail": address, "alt_text": media.alt_text, "blurhash": media.blurhash or None}
    return {**shown, "sensitive": sensitive}


def _entry(row: Row, people: dict[int, bytes], posts: dict[int, Any], stories: dict[int, Any]) -> bytes:
    actors = [people[pk] for pk in row.actors[:MAX_ACTORS] if pk is not None and pk in people]
    number = sum(1 for pk in row.actors if pk is not None)
    return _ENTRY % (row.newest, row.kind.encode(), b",".join(actors), number, _about(row, posts, stories))


def _shown(pk: int | None, pictures: dict[int, Any]) -> dict[str, Any] | None:
    """A post or story, without a picture if it has none."""
    bare = {"id": str(pk), "thumbnail": None, "alt_text": "", "blurhash": None, "sensitive": False}
    return pictures.get(pk, bare) if pk is not None else None


def _about(row: Row, posts: dict[int, Any], stories: dict[int, Any]) -> bytes:
    """The other members, without their braces."""
    comment = {"id": str(row.comment), "text": row.text, "reply_to": str(row.reply_to) if row.reply_to else None}
    error = {"code": row.error_code, "detail": row.error_detail}
    members = {
        "post": _shown(row.post, posts),
        "comment": comment if row.comment is not None else None,
        "story": _shown(row.story, stories),
        "media": {"id": str(row.media), "kind": row.media_kind, "error": error} if row.media is not None else None,
        "moderation": json.loads(row.details) if row.details else None,
        "seen": row.newest <= row.seen_id,
        "created_at": moment_of(row.newest).strftime(TIME_FORMAT),
    }
    text: bytes = JSONRenderer().render(members)
    return text[1:-1]
