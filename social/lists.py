"""The reads behind lists of people, each compiled once."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import F, QuerySet

from accounts.models import card_version
from api.compiled import CompiledRead, Parameters, compiled
from api.times import time_text
from social.models import Block, CloseFriend, Follow, Mute
from social.people import mutuals_of, relation_to
from social.visibility import name_visible_to, person_visible_to

RELATION = (
    "viewer_following", "viewer_followed_by", "viewer_blocking", "viewer_muting", "viewer_muted_until",
    "viewer_close_friend",
)  # fmt: skip
_MEMBERS = tuple(name.removeprefix("viewer_") for name in RELATION)
_MUTED_UNTIL = RELATION.index("viewer_muted_until")
Build = Callable[[Parameters, AbstractBaseUser], QuerySet[Any]]


def _listed(member: str, build: Build, *more: str, order: Any = "-pk") -> Callable[..., CompiledRead]:
    """The newest rows below `position` or, `newer`, the oldest above it: id, card version and privacy of the person at
    `member`, what stands between the viewer and them (`RELATION`), `more`, the row's id.

    The limit is `count`.
    """

    @compiled
    def read(given: Parameters, *, count: int, newer: bool = False) -> QuerySet[Any, Any]:
        viewer = given.person("viewer")
        beyond, way = ("gt", "pk") if newer else ("lt", order)
        rows = build(given, viewer).filter(**{f"pk__{beyond}": given.id("position")}).order_by(way)
        related: QuerySet[Any] = rows.annotate(**relation_to(viewer, member))
        card = (f"{member}_id", card_version(member), f"{member}__is_private")
        return related.values_list(*card, *RELATION, *more, "pk")[:count]

    return read


def relation_members(values: Sequence[Any]) -> dict[str, Any]:
    """The values of `RELATION` as `RelationSerializer` shows them."""
    until = values[_MUTED_UNTIL]
    members = dict(zip(_MEMBERS, values, strict=True))
    members["muted_until"] = until and time_text(until)
    return members


def _followers(given: Parameters, viewer: AbstractBaseUser) -> QuerySet[Any]:
    return Follow.objects.accepted().filter(name_visible_to(viewer, "follower"), followee=given.id("person"))


def _following(given: Parameters, viewer: AbstractBaseUser) -> QuerySet[Any]:
    return Follow.objects.accepted().filter(name_visible_to(viewer, "followee"), follower=given.id("person"))


def _mutuals(given: Parameters, viewer: AbstractBaseUser) -> QuerySet[Any]:
    return mutuals_of(viewer, given.id("person"))


def _requests(given: Parameters, viewer: AbstractBaseUser) -> QuerySet[Any]:
    return Follow.objects.pending().filter(name_visible_to(viewer, "follower"), followee=viewer.pk)


def _sent_requests(given: Parameters, viewer: AbstractBaseUser) -> QuerySet[Any]:
    return Follow.objects.pending().filter(name_visible_to(viewer, "followee"), follower=viewer.pk)


def _blocks(given: Parameters, viewer: AbstractBaseUser) -> QuerySet[Any]:
    return Block.objects.made_by(viewer).filter(person_visible_to(viewer, "blocked"))


def _mutes(given: Parameters, viewer: AbstractBaseUser) -> QuerySet[Any]:
    return Mute.objects.made_by(viewer).in_force().filter(person_visible_to(viewer, "muted"))


def _close_friends(given: Parameters, viewer: AbstractBaseUser) -> QuerySet[Any]:
    return CloseFriend.objects.kept_by(viewer).filter(name_visible_to(viewer, "friend"))


followers = _listed("follower", _followers)
following = _listed("followee", _following)
# Not in the order of an index: PostgreSQL would walk through all followers of a star to find twenty.
mutuals = _listed("follower", _mutuals, order=(F("pk") + 0).desc())
requests = _listed("follower", _requests)
sent_requests = _listed("followee", _sent_requests)
blocks = _listed("blocked", _blocks)
mutes = _listed("muted", _mutes, "expires_at")
close_friends = _listed("friend", _close_friends)
