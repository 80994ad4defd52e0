"""A person's own page: what `ProfileDetailSerializer` shows, by one compiled read and the person's card."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet
from django.http import Http404

from accounts.cards import people_as_json
from accounts.models import card_version
from api.compiled import Parameters, compiled
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
    members = dict(zip(_MEMBERS, row[_CARD:], strict=False))
    related = row[_CARD + len(_MEMBERS) : -1]
    rest: bytes = JSONRenderer().render({**members, "viewer": relation_members(related), "mutuals_count": row[-1]})
    return b"%b,%b" % (card[:-1], rest[1:])
