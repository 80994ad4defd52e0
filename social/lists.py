"""The reads behind lists of people, each compiled once."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import card_version
from api.compiled import CompiledRead, Parameters, compiled
from social.models import Block, Follow, Mute
from social.visibility import name_visible_to, person_visible_to

Build = Callable[[Parameters, AbstractBaseUser], QuerySet[Any]]


def _listed(member: str, build: Build, *more: str) -> Callable[..., CompiledRead]:
    """The newest rows below `position`: id, card version and privacy of the person at `member`, `more`, the row's id.

    The limit is `count`.
    """

    @compiled
    def read(given: Parameters, *, count: int) -> QuerySet[Any, Any]:
        rows = build(given, given.person("viewer")).filter(pk__lt=given.id("position")).order_by("-pk")
        return rows.values_list(f"{member}_id", card_version(member), f"{member}__is_private", *more, "pk")[:count]

    return read


def _followers(given: Parameters, viewer: AbstractBaseUser) -> QuerySet[Any]:
    return Follow.objects.accepted().filter(name_visible_to(viewer, "follower"), followee=given.id("person"))


def _following(given: Parameters, viewer: AbstractBaseUser) -> QuerySet[Any]:
    return Follow.objects.accepted().filter(name_visible_to(viewer, "followee"), follower=given.id("person"))


def _mutuals(given: Parameters, viewer: AbstractBaseUser) -> QuerySet[Any]:
    mine = Follow.objects.accepted().filter(follower=viewer.pk, followee=OuterRef("follower"))
    return _followers(given, viewer).filter(Exists(mine))


def _requests(given: Parameters, viewer: AbstractBaseUser) -> QuerySet[Any]:
    return Follow.objects.pending().filter(name_visible_to(viewer, "follower"), followee=viewer.pk)


def _blocks(given: Parameters, viewer: AbstractBaseUser) -> QuerySet[Any]:
    return Block.objects.made_by(viewer).filter(person_visible_to(viewer, "blocked"))


def _mutes(given: Parameters, viewer: AbstractBaseUser) -> QuerySet[Any]:
    return Mute.objects.made_by(viewer).in_force().filter(name_visible_to(viewer, "muted"))


followers = _listed("follower", _followers)
following = _listed("followee", _following)
mutuals = _listed("follower", _mutuals)
requests = _listed("follower", _requests)
blocks = _listed("blocked", _blocks)
mutes = _listed("muted", _mutes, "expires_at")
