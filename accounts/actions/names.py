"""User names: taken, given up, held for a while."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actions.rules import Attempt, Try, check_names
from accounts.models import HeldName, User
from api.problems import Invalid, Problem
from events.actions import record

HELD_FOR = timedelta(days=30)
TAKEN = "This username is taken."
MAX_HELD = 2  # of one person, or somebody could collect names


class Taken(Invalid):
    """A user name that is somebody's, or was a short while ago: one answer."""

    def __init__(self) -> None:
        super().__init__("username", "unique", TAKEN)


def rename(*, user: User, username: str) -> User:
    """Gives the person another user name; the one before is held for 30 days, and is theirs to take back.

    `username_cap` for a third change within that time; `Invalid` for one with a blocked word.
    """
    if username != user.username:
        check_names(what=Try(Attempt.NAME_CHANGE, user=user), username=username)
    try:
        with transaction.atomic():
            return _rename(user, username)
    except IntegrityError:
        raise Taken from None


def _rename(user: User, username: str) -> User:
    """In the caller's transaction."""
    row = User.objects.get_queryset().select_for_update(of=("self",)).get(pk=user.pk)
    if row.username == username:
        return row
    HeldName.objects.held_by(row).of(username).delete()
    if HeldName.objects.held_by(row).in_force().count() >= MAX_HELD:
        raise Problem("username_cap")
    before, row.username = row.username, username
    row.save(update_fields=["username"])
    refuse_held(username)
    HeldName.objects.update_or_create(name=before, defaults={"user": row, "held_until": timezone.now() + HELD_FOR})
    record("profile_changed", user_id=row.pk)
    return row


def refuse_held(username: str) -> None:
    """Raises `Taken` for a name that is held. To be asked after the name was written: who gives it up at this moment
    has then held it."""
    if HeldName.objects.in_force().of(username).exists():
        raise Taken


def forget_held_names() -> int:
    """Lets go of names that were held long enough; says how many."""
    return HeldName.objects.filter(held_until__lte=timezone.now()).delete()[0]
