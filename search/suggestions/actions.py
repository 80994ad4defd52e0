"""Waving a suggestion away."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q

from search.models import DismissedSuggestion


def dismiss(*, user: AbstractBaseUser, person_id: int) -> None:
    """Keeps `person_id` out of the user's suggestions for good; repeated, it changes nothing."""
    if person_id != user.pk:
        row = DismissedSuggestion(user_id=user.pk, person_id=person_id)
        DismissedSuggestion.objects.bulk_create([row], ignore_conflicts=True)


def forget_dismissals(*, user_id: int) -> None:
    """Of somebody who is purged: what they waved away, and where they were."""
    DismissedSuggestion.objects.filter(Q(user=user_id) | Q(person=user_id)).delete()
