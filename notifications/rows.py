"""Which notifications may be shown, and in which order: the reads behind the list, the count and the digests.

One statement finds them with the few actors that are named; one more counts the actors of those that gather many. Each
actor costs a look at their relation to the viewer and at the fact's own row, so most are not looked at.
"""

from typing import Any, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Func, IntegerField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from api.compiled import Parameters, any_of, compiled, compiled_generic
from api.ids import MAX_ID
from notifications.limits import MAX_ACTORS, MAX_COUNTED
from notifications.models import Cause, Notification, seen_by

WINDOW = 4  # times the length of a page
LOOKED_AT = MAX_ACTORS + 1  # of the actors of each, at first


class Row(NamedTuple):
    """A notification as it is read; `newest` is its id for clients, `pk` the row's. `actors` are the newest few, of as
    many as `_counted` says."""

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
    pk: int
    actors_count: int = 0


COLUMNS = (
    "newest", "kind", "actors", "post", "comment", "comment__text", "comment__reply_to", "story", "media",
    "media__kind", "media__error_code", "media__error_detail", "details", "seen", "pk",
)  # fmt: skip


def _causes(viewer: AbstractBaseUser) -> QuerySet[Any, Any]:
    """Of a notification, those that are shown, newest first."""
    return Cause.objects.of_each().visible_to(viewer).order_by("-pk")


def _with_all_that_is_shown(viewer: AbstractBaseUser) -> QuerySet[Any, Any]:
    actors = ArraySubquery(_causes(viewer).values("actor")[:LOOKED_AT])
    return Notification.objects.shown_to(viewer).annotate(actors=actors, seen=seen_by(viewer))


@compiled_generic
def _counts(given: Parameters) -> QuerySet[Any, Any]:
    """How many actors some of the viewer's notifications have, up to MAX_COUNTED."""
    viewer = given.person("viewer")
    rows = Notification.objects.filter(any_of("pk", given.ids("notifications")), recipient=viewer.pk)
    causes = Cause.objects.of_each().visible_to(viewer, many=True).order_by("-pk")
    actors = ArraySubquery(causes.values("actor")[:MAX_COUNTED])
    return rows.values_list("pk", Func(actors, function="cardinality", output_field=IntegerField()))


@compiled_generic
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


@compiled_generic
def _window(given: Parameters, *, count: int) -> QuerySet[Any, Any]:
    """Those that changed last, each with the newest causes that are shown, as pairs of cause and actor.

    The last column is the horizon, 0 if this is all there is. What is not in the window is shown below the horizon.
    The causes are asked for once: by `newest` PostgreSQL would go through them for each filter, the order and the page.
    """
    viewer = given.person("viewer")
    last = WINDOW * count - 1
    changed = Notification.objects.filter(recipient=viewer.pk).order_by("-newest_id").values("newest_id")
    horizon = Coalesce(Subquery(changed[last : last + 1]), Value(0), output_field=BigIntegerField())
    pairs = _causes(viewer).annotate(pair=_Pair("pk", Coalesce("actor_id", Value(0)))).values("pair")[:LOOKED_AT]
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


def rows_of(viewer: AbstractBaseUser, *, position: int, count: int, newer: bool = False) -> list[Row]:
    """The newest rows below `position`, newest first; with `newer`, the oldest above it, oldest first."""
    if position == MAX_ID and not newer:
        first = _first(viewer, count)
        if first is not None:
            return _counted(viewer, first)
    rows = _listed(count=count, newer=newer).rows(viewer=viewer.pk, position=position)
    return _counted(viewer, [Row(*row) for row in rows])


def _counted(viewer: AbstractBaseUser, rows: list[Row]) -> list[Row]:
    """With the number of all actors, of those that gather more than are shown."""
    many = [row.pk for row in rows if len(row.actors) > MAX_ACTORS]
    counts = dict(_counts().rows(viewer=viewer.pk, notifications=many)) if many else {}
    return [row._replace(actors_count=counts.get(row.pk) or _number_of(row.actors)) for row in rows]


def _number_of(actors: list[int | None]) -> int:
    """A decision of moderators, a file that failed: by nobody."""
    return sum(1 for pk in actors if pk is not None)


def newer_rows(viewer: AbstractBaseUser, *, after: int, count: int) -> list[Row]:
    """Those that the viewer has not seen and that are newer than a cause, newest first."""
    return _counted(viewer, [Row(*row) for row in _newer(count=count).rows(viewer=viewer.pk, after=after)])


def unread_count(viewer: AbstractBaseUser) -> int:
    """How many of them the viewer has not seen; 100 stands for more, too."""
    return len(_unseen(count=MAX_COUNTED).rows(viewer=viewer.pk))
