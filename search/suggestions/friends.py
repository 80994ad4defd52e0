"""A bounded sample of the people somebody follows, and the names of those who stand in a reason."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet

from accounts.cards import people_as_json
from accounts.models import User, card_version
from api.compiled import Parameters, any_of, compiled, compiled_generic
from social.models import Follow
from social.visibility import muted_by, name_visible_to, person_open_to

SAMPLE = 100
NAMED = 3  # people in a reason


def friends(viewer: AbstractBaseUser) -> QuerySet[Any, Any]:
    """The newest followees whose lists and likes the viewer may see, without the muted."""
    mine = Follow.objects.accepted().filter(person_open_to(viewer, "followee"), follower=viewer.pk)
    mine = mine.exclude(muted_by(viewer, "followee")).order_by("-id")
    return mine.values_list("followee", flat=True)[:SAMPLE]


@compiled_generic
def _friends(given: Parameters) -> QuerySet[Any, Any]:
    return friends(given.person("viewer"))


@compiled
def _named(given: Parameters) -> QuerySet[Any, Any]:
    people = User.objects.get_queryset().filter(name_visible_to(given.person("viewer"), ""))
    return people.filter(any_of("pk", given.ids("people"))).values_list("pk", card_version(), "is_private")


def friends_of(viewer: AbstractBaseUser) -> list[int]:
    """The ids of `friends`."""
    return _friends().column(viewer=viewer.pk)


def cards_of(viewer: AbstractBaseUser, ids: Iterable[int]) -> dict[int, bytes]:
    """The cards of those of them whose names may stand beside others' content."""
    people = list(ids)
    return people_as_json(_named().rows(viewer=viewer.pk, people=people)) if people else {}


def reason_as_json(kind: str, count: int, people: Sequence[bytes]) -> bytes:
    """A reason's JSON, as `search/serializers.py` describes it."""
    return b'{"count":%d,"people":[%b],"kind":"%b"}' % (count, b",".join(people), kind.encode())
