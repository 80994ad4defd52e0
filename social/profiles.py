"""People's profiles, by one compiled read and their cards: what `ProfileDetailSerializer` shows of one person, and
`ProfileSerializer` of several."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet
from django.http import Http404

from accounts.cards import people_as_json
from accounts.models import card_version
from api.compiled import Parameters, any_of, compiled, compiled_generic
from api.renderers import JSONRenderer
from social.lists import RELATION, relation_members
from social.people import people_visible_to, with_mutuals_count, with_relation_to

_CARD = 3  # columns of a row that make the card
_MEMBERS = ("bio", "website", "posts_count", "followers_count", "following_count")


@compiled
def _named(given: Parameters) -> QuerySet[Any, Any]:
    viewer = given.person("viewer")
    people = with_mutuals_count(viewer, with_relation_to(viewer, people_visible_to(viewer)))
    named = people.filter(username=given.text("username"))
    return named.values_list("pk", card_version(), "is_private", *_MEMBERS, *RELATION, "mutuals_count")


def profile_row(viewer: AbstractBaseUser, username: str) -> tuple[Any, ...] | None:
    """All that differs between answers about the person of this name; None if they do not exist for the viewer."""
    return _named().first(viewer=viewer.pk, username=username.lower())


def profile_json(row: tuple[Any, ...]) -> bytes:
    """The answer for a row of `profile_row`; 404 if the person was removed since."""
    card = people_as_json([row[:_CARD]]).get(row[0])
    if card is None:
        raise Http404
    return _with_card(card, {**_members(row[:-1]), "mutuals_count": row[-1]})


@compiled_generic
def _among(given: Parameters) -> QuerySet[Any, Any]:
    viewer = given.person("viewer")
    people = with_relation_to(viewer, people_visible_to(viewer)).filter(any_of("pk", given.ids("people")))
    return people.values_list("pk", card_version(), "is_private", *_MEMBERS, *RELATION)


def profiles_as_json(viewer: AbstractBaseUser, ids: Sequence[int]) -> list[bytes]:
    """What `ProfileSerializer` shows of those of these people who exist for the viewer, in this order."""
    rows = {row[0]: row for row in _among().rows(viewer=viewer.pk, people=ids)} if ids else {}
    cards = people_as_json([row[:_CARD] for row in rows.values()])
    return [_with_card(cards[pk], _members(rows[pk])) for pk in ids if pk in cards]


def _members(row: Sequence[Any]) -> dict[str, Any]:
    """What does not stand in the card."""
    related = row[_CARD + len(_MEMBERS) :]
    return {**dict(zip(_MEMBERS, row[_CARD:], strict=False)), "viewer": relation_members(related)}


def _with_card(card: bytes, members: dict[str, Any]) -> bytes:
    rest: bytes = JSONRenderer().render(members)
    return b"%b,%b" % (card[:-1], rest[1:])
