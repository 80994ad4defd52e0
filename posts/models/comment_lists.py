"""The comments under a post, a page at a time: what is pinned, then the others in an order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet, TextChoices, prefetch_related_objects

from api.compiled import Parameters, any_of, compiled, compiled_generic
from api.ids import MAX_ID
from posts.limits import MAX_PINNED_COMMENTS
from posts.models.comments import Comment, CommentQuerySet, CommentRow

MAX_BEST = 100  # ids in a cursor: 1,200 characters
LOOKED_AT = 2  # times what is wanted: so many comments are looked at first, for some of them may be hidden
GROWTH = 4  # of a window over the one before
MAX_WINDOW = 10_000


class CommentOrder(TextChoices):
    """By id: up for OLDEST, down for all others. `_RANKED` says what comes before in an order that is not by id."""

    NEWEST = "newest"
    OLDEST = "oldest"
    TOP = "top"

    @property
    def is_upwards(self) -> bool:
        return self == CommentOrder.OLDEST


@dataclass(frozen=True)
class ListPosition:
    """Where in a list a page begins.

    `first` are the comments that come before those in the order of their ids, as it was when the list was opened:
    pinned ones, and the most liked. `shown` of them have been shown, and the others down (or up) to the id `beyond`.
    """

    shown: int
    beyond: int
    first: Sequence[int]

    @property
    def values(self) -> list[int | float | str]:
        """As a cursor holds it."""
        return [self.shown, self.beyond, *self.first]


class ListPage(NamedTuple):
    """Comments, and where the next page begins; None: nowhere.

    Above the id `newest` is what this page and the next ones do not show: MAX_ID while they begin at the top.
    """

    rows: list[CommentRow]
    after: ListPosition | None
    newest: int


def comments_of(
    viewer: AbstractBaseUser, post_id: int, order: CommentOrder, *, position: ListPosition | None, limit: int
) -> ListPage:
    """At most so many comments of a post.

    Whatever is added, liked or pinned meanwhile, nothing comes twice and nothing is left out.
    """
    given, is_first = {"viewer": viewer.pk, "post": post_id}, position is None
    position = position or ListPosition(0, 0 if order.is_upwards else MAX_ID, _first(order, given))
    now = position.first[position.shown : position.shown + limit]
    rows = _in_order(now, _among().rows(**given, ids=now)) if now else []
    if position.shown + limit < len(position.first):
        return ListPage(rows, ListPosition(position.shown + limit, position.beyond, position.first), MAX_ID)
    room = limit - len(rows)
    given |= {"beyond": position.beyond, "first": position.first}
    more = _next(given, count=room + 1, upwards=order.is_upwards)
    shown = more[:room]
    beyond = shown[-1].pk if shown else position.beyond
    after = ListPosition(len(position.first), beyond, position.first) if len(more) > room else None
    return ListPage([*rows, *shown], after, _newest(position, more, is_first=is_first))


def _newest(position: ListPosition, others: Sequence[CommentRow], *, is_first: bool) -> int:
    """Of a page that shows these others, or ends where they begin."""
    if not is_first and position.beyond < MAX_ID:
        return others[0].pk if others else position.beyond - 1
    return max([*(row.pk for row in others[:1]), *position.first], default=0)


def newer_comments(viewer: AbstractBaseUser, post_id: int, *, above: int, limit: int) -> list[CommentRow]:
    """At most so many comments that came next above this id, newest first; pinned ones in their place by age."""
    given = {"viewer": viewer.pk, "post": post_id, "beyond": above, "first": []}
    return _next(given, count=limit, upwards=True)[::-1]


def comment_alone(viewer: AbstractBaseUser, comment_id: int) -> Comment | None:
    """A comment, for CommentSerializer, as its address shows it; None if the viewer may not see it."""
    rows: list[Comment] = _alone().instances(viewer=viewer.pk, comment=comment_id)
    prefetch_related_objects(rows, "author__avatar__renditions")
    return rows[0] if rows else None


def replies_to(viewer: AbstractBaseUser, comment_id: int, *, after: int, count: int) -> list[CommentRow] | None:
    """At most so many replies behind `after`, oldest first; None if the viewer may not see the comment."""
    if not _listed().exists(viewer=viewer.pk, comment=comment_id):
        return None
    return _rows(_replies(count=count).rows(viewer=viewer.pk, parent=comment_id, beyond=after))


def _first(order: CommentOrder, given: dict[str, Any]) -> list[int]:
    """What comes before those in the order of their ids, each once."""
    pinned = _pinned().column(**given)
    ranked = _RANKED[order](given) if order in _RANKED else []
    return [*pinned, *(pk for pk in ranked if pk not in pinned)]


def _rows(found: list[tuple[Any, ...]]) -> list[CommentRow]:
    return [CommentRow(*row) for row in found]


def _in_order(ids: Sequence[int], found: list[tuple[Any, ...]]) -> list[CommentRow]:
    by_id = {row.pk: row for row in _rows(found)}
    return [by_id[pk] for pk in ids if pk in by_id]


def _next(given: dict[str, Any], *, count: int, upwards: bool) -> list[CommentRow]:
    """The next `count` comments in the order of their ids, however many are hidden between."""
    rows: list[CommentRow] = []
    size = LOOKED_AT * count
    while True:
        rows += _rows(_others(count=count, size=size, upwards=upwards).rows(**given))
        if len(rows) >= count:
            return rows[:count]
        unseen = {name: value for name, value in given.items() if name != "viewer"}
        ends = _window_end(size=size, upwards=upwards).column(**unseen)
        if not ends:
            return rows
        given, size = {**given, "beyond": ends[0]}, min(size * GROWTH, MAX_WINDOW)


def _tops(given: Parameters) -> CommentQuerySet:
    """What is no reply."""
    return Comment.objects.filter(post=given.id("post"), parent__isnull=True)


def _among_ids(ids: QuerySet[Any, Any]) -> CommentQuerySet:
    """These comments, each by its id: left to itself PostgreSQL would ask the rule of all comments of the post, for it
    takes them for few."""
    return Comment.objects.filter(any_of("pk", ArraySubquery(ids.values("pk"))))


@compiled_generic
def _pinned(given: Parameters) -> QuerySet[Any, Any]:
    pinned = _among_ids(_tops(given).filter(pinned_at__isnull=False)).readable_by(given.person("viewer"))
    return pinned.order_by("-pinned_at", "-pk").values_list("pk")[:MAX_PINNED_COMMENTS]


def _best(given: dict[str, Any]) -> list[int]:
    """The most liked; of as many likes the newest. What nobody likes comes by its age anyway."""
    size = LOOKED_AT * MAX_BEST
    while True:
        ids = _best_among(size=size).column(**given)
        if len(ids) == MAX_BEST or not _is_liked_by_more(size=size).exists(post=given["post"]):
            return ids
        size *= GROWTH


def _liked(given: Parameters) -> CommentQuerySet:
    return _tops(given).filter(likes_count__gt=0).order_by("-likes_count", "-pk")


@compiled_generic
def _best_among(given: Parameters, *, size: int) -> QuerySet[Any, Any]:
    """Of the `size` most liked those that the viewer may read."""
    readable = _among_ids(_liked(given)[:size]).readable_by(given.person("viewer"))
    return readable.order_by("-likes_count", "-pk").values_list("pk")[:MAX_BEST]


@compiled
def _is_liked_by_more(given: Parameters, *, size: int) -> QuerySet[Any, Any]:
    """Whether there are more liked comments than `size`."""
    return _liked(given).values_list("pk")[size : size + 1]


_RANKED = {CommentOrder.TOP: _best}


@compiled_generic
def _among(given: Parameters) -> QuerySet[Any, Any]:
    viewer = given.person("viewer")
    return _tops(given).listed_for(viewer).filter(any_of("pk", given.ids("ids"))).as_rows(viewer)


def _by_id(given: Parameters, *, upwards: bool) -> CommentQuerySet:
    """What comes next, whoever may see it."""
    side, order = ("gt", "pk") if upwards else ("lt", "-pk")
    rest = _tops(given).filter(**{f"pk__{side}": given.id("beyond")}).exclude(any_of("pk", given.ids("first")))
    return rest.order_by(order)


@compiled_generic
def _others(given: Parameters, *, count: int, size: int, upwards: bool) -> QuerySet[Any, Any]:
    """Of the next `size` comments those that are listed."""
    viewer = given.person("viewer")
    listed = _among_ids(_by_id(given, upwards=upwards)[:size]).listed_for(viewer)
    return listed.as_rows(viewer).order_by("pk" if upwards else "-pk")[:count]


@compiled
def _window_end(given: Parameters, *, size: int, upwards: bool) -> QuerySet[Any, Any]:
    """The last of the next `size` comments, if there are so many."""
    return _by_id(given, upwards=upwards).values_list("pk")[size - 1 : size]


@compiled
def _alone(given: Parameters) -> QuerySet[Any, Any]:
    viewer = given.person("viewer")
    return Comment.objects.shown_alone_to(viewer).filter(pk=given.id("comment")).for_display(viewer)


@compiled
def _listed(given: Parameters) -> QuerySet[Any, Any]:
    return Comment.objects.listed_for(given.person("viewer")).filter(pk=given.id("comment")).values_list("pk")


@compiled_generic
def _replies(given: Parameters, *, count: int) -> QuerySet[Any, Any]:
    viewer = given.person("viewer")
    replies = Comment.objects.readable_by(viewer).filter(parent=given.id("parent"), pk__gt=given.id("beyond"))
    return replies.as_rows(viewer).order_by("pk")[:count]
