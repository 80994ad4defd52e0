"""A bounded sample of the people somebody follows, and the names of those who stand in a reason."""

from collections.abc import Iterable

from django.contrib.auth.base_user import AbstractBaseUser

from accounts.models import User
from social.models import Follow
from social.people import for_display
from social.visibility import content_visible_to, muted_by, name_visible_to

SAMPLE = 100
NAMED = 3  # people in a reason


def friends_of(viewer: AbstractBaseUser) -> list[int]:
    """The newest followees whose lists and likes the viewer may see, without the muted."""
    mine = Follow.objects.accepted().filter(content_visible_to(viewer, "followee"), follower=viewer.pk)
    mine = mine.exclude(muted_by(viewer, "followee")).order_by("-id")
    return list(mine.values_list("followee", flat=True)[:SAMPLE])


def cards_of(viewer: AbstractBaseUser, ids: Iterable[int]) -> dict[int, User]:
    """The cards of those of them whose names may stand beside others' content."""
    people = User.objects.get_queryset().filter(name_visible_to(viewer, ""), pk__in=list(ids))
    return {person.pk: person for person in for_display(people)}
