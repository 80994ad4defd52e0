"""The comments under a post, a page at a time: what is pinned, then the others in an order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet, TextChoices, prefetch_related_objects

from api.compiled import Parameters, any_of, compiled
from api.ids import MAX_ID
from posts.limits import MAX_PINNED_COMMENTS
from posts.models.comments import Comment, CommentQuerySet

MAX_BEST = 100  # ids in a cursor: 1,200 characters


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
    """Comments, for CommentSerializer, and where the next page begins; None: nowhere.

    Above the id `newest` is what this page and the next ones do not show: MAX_ID while they begin at the top.
    """

    rows: list[Comment]
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
    rows = _in_order(now, _among().instances(**given, ids=now)) if now else []
    if position.shown + limit < len(position.first):
        return ListPage(_whole(rows), ListPosition(position.shown + limit, position.beyond, position.first), MAX_ID)
    room = limit - len(rows)
    others = _others(count=room + 1, upwards=order.is_upwards)
    more = others.instances(**given, beyond=position.beyond, first=position.first)
    shown = more[:room]
    beyond = shown[-1].pk if shown else position.beyond
    after = ListPosition(len(position.first), beyond, position.first) if len(more) > room else None
    return ListPage(_whole([*rows, *shown]), after, _newest(position, more, is_first=is_first))


def _newest(position: ListPosition, others: Sequence[Comment], *, is_first: bool) -> int:
    """Of a page that shows these others, or ends where they begin."""
    if not is_first and position.beyond < MAX_ID:
        return others[0].pk if others else position.beyond - 1
    return max([*(row.pk for row in others[:1]), *position.first], default=0)


def newer_comments(viewer: AbstractBaseUser, post_id: int, *, above: int, limit: int) -> list[Comment]:
    """At most so many comments that came next above this id, newest first; pinned ones in their place by age."""
    given = {"viewer": viewer.pk, "post": post_id, "beyond": above, "first": []}
    return _whole(_others(count=limit, upwards=True).instances(**given)[::-1])


def comment_alone(viewer: AbstractBaseUser, comment_id: int) -> Comment | None:
    """A comment, for CommentSerializer, as its address shows it; None if the viewer may not see it."""
    rows = _whole(_alone().instances(viewer=viewer.pk, comment=comment_id))
    return rows[0] if rows else None


def replies_to(viewer: AbstractBaseUser, comment_id: int, *, after: int, count: int) -> list[Comment] | None:
    """At most so many replies behind `after`, oldest first; None if the viewer may not see the comment."""
    if not _listed().exists(viewer=viewer.pk, comment=comment_id):
        return None
    return _whole(_replies(count=count).instances(viewer=viewer.pk, parent=comment_id, beyond=after))


def _first(order: CommentOrder, given: dict[str, Any]) -> list[int]:
    """What comes before those in the order of their ids, each once."""
    pinned = _pinned().column(**given)
    ranked = _RANKED[order]().column(**given) if order in _RANKED else []
    return [*pinned, *(pk for pk in ranked if pk not in pinned)]


def _in_order(ids: Sequence[int], rows: list[Comment]) -> list[Comment]:
    by_id = {row.pk: row for row in rows}
    return [by_id[pk] for pk in ids if pk in by_id]


def _whole(rows: list[Comment]) -> list[Comment]:
    """With what a compiled read leaves out of `for_display`."""
    prefetch_related_objects(rows, "author__avatar__renditions")
    return rows


def _tops(given: Parameters) -> CommentQuerySet:
    """What is no reply."""
    return Comment.objects.filter(post=given.id("post"), parent__isnull=True)


@compiled
def _pinned(given: Parameters) -> QuerySet[Any, Any]:
    pinned = (
        _tops(given).readable_by(given.person("viewer")).filter(pinned_at__isnull=False).order_by("-pinned_at", "-pk")
    )
    return pinned.values_list("pk")[:MAX_PINNED_COMMENTS]


@compiled
def _best(given: Parameters) -> QuerySet[Any, Any]:
    """The most liked; of as many likes the newest. What nobody likes comes by its age anyway."""
    liked = _tops(given).readable_by(given.person("viewer")).filter(likes_count__gt=0)
    return liked.order_by("-likes_count", "-pk").values_list("pk")[:MAX_BEST]


_RANKED = {CommentOrder.TOP: _best}


@compiled
def _among(given: Parameters) -> QuerySet[Any, Any]:
    viewer = given.person("viewer")
    return _tops(given).listed_for(viewer).filter(any_of("pk", given.ids("ids"))).for_display(viewer)


@compiled
def _others(given: Parameters, *, count: int, upwards: bool) -> QuerySet[Any, Any]:
    viewer = given.person("viewer")
    side, order = ("gt", "pk") if upwards else ("lt", "-pk")
    rest = (
        _tops(given)
        .listed_for(viewer)
        .filter(**{f"pk__{side}": given.id("beyond")})
        .exclude(any_of("pk", given.ids("first")))
    )
    return rest.for_display(viewer).order_by(order)[:count]


@compiled
def _alone(given: Parameters) -> QuerySet[Any, Any]:
    viewer = given.person("viewer")
    return Comment.objects.shown_alone_to(viewer).filter(pk=given.id("comment")).for_display(viewer)


@compiled
def _listed(given: Parameters) -> QuerySet[Any, Any]:
    return Comment.objects.listed_for(given.person("viewer")).filter(pk=given.id("comment")).values_list("pk")


@compiled
def _replies(given: Parameters, *, count: int) -> QuerySet[Any, Any]:
    viewer = given.person("viewer")
    replies = Comment.objects.readable_by(viewer).filter(parent=given.id("parent"), pk__gt=given.id("beyond"))
    return replies.for_display(viewer).order_by("pk")[:count]
