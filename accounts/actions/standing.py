"""What moderation does to people: suspends them, for good or until a date, and limits who sees what they share.

Each is for a person's id, changes nothing when repeated, and says whether anything changed. No counter moves (ADR 31):
counts are of rows, and all is back as it was the moment a suspension ends.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User


@transaction.atomic
def suspend(*, user_id: int, until: datetime | None) -> bool:
    """Hides the person and all of theirs from everybody and ends every session; until a moment, or for good (None).

    A moment that has passed suspends nobody. Of somebody who is suspended only the end is changed; whoever awaits
    approval stays out until that is decided.
    """
    row = _locked(user_id)
    now = timezone.now()
    if row is None or row.awaits_approval or (until is not None and until <= now):
        return False
    if row.is_suspended and row.suspended_until == until:
        return False
    if not row.is_suspended:
        row.suspended_at, row.token_version = now, row.token_version + 1
    row.suspended_until = until
    row.save(update_fields=["suspended_at", "suspended_until", "token_version"])
    return True


@transaction.atomic
def reinstate(*, user_id: int) -> bool:
    """Ends a suspension: the person and all of theirs are there again. They have to log in anew."""
    row = _locked(user_id)
    if row is None or row.awaits_approval or row.suspended_at is None:
        return False
    was_suspended = row.is_suspended
    row.suspended_at = row.suspended_until = None
    row.save(update_fields=["suspended_at", "suspended_until"])
    return was_suspended


@transaction.atomic
def limit(*, user_id: int) -> bool:
    """Shows what the person shares to their accepted followers alone, as if the account were private."""
    return _set_limit(user_id, timezone.now())


@transaction.atomic
def unlimit(*, user_id: int) -> bool:
    """Shows it again to all who may see it."""
    return _set_limit(user_id, None)


def clear_ended_suspensions() -> int:
    """Clears suspensions whose end has passed; says how many. Nobody waits for it: reads look at the end itself."""
    return User.objects.get_queryset().suspended_until_past().update(suspended_at=None, suspended_until=None)


def _set_limit(user_id: int, moment: datetime | None) -> bool:
    row = _locked(user_id)
    if row is None or (row.limited_at is None) == (moment is None):
        return False
    row.limited_at = moment
    row.save(update_fields=["limited_at"])
    return True


def _locked(user_id: int) -> User | None:
    people = User.objects.get_queryset().select_for_update(of=("self",), no_key=True)
    return people.filter(pk=user_id, purged_at__isnull=True).first()
