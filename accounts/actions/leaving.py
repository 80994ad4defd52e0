"""Going away: for a while or for good, and coming back."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.actions.logging_in import Caller
from accounts.actions.mailing import tell
from accounts.actions.second_factor import confirm_with_code
from accounts.models import Mail, User
from api.problems import Invalid, Problem


def deactivate(*, user: User, password: str) -> None:
    """Hides the person and all of theirs from everybody, and logs out everywhere. They come back by logging in."""
    _check(user, password)
    User.objects.get_queryset().active().filter(pk=user.pk).update(
        deactivated_at=timezone.now(), token_version=F("token_version") + 1
    )


@transaction.atomic
def reactivate(*, user: User) -> User:
    """Shows the person and all of theirs again. Repeated, it changes nothing."""
    row = _locked(user)
    row.deactivated_at = None
    row.save(update_fields=["deactivated_at"])
    return row


def request_deletion(*, user: User, password: str, code: str, caller: Caller) -> datetime:
    """Hides and logs out as `deactivate` does, and says until when one may `undelete`; then all is purged.

    With the `code` of a second factor where there is one. The person is told by mail. Repeated, it changes nothing.
    """
    _check(user, password)
    if user.second_factors:
        confirm_with_code(user=user, code=code, caller=caller)
    with transaction.atomic():
        row = _locked(user)
        if row.deleted_at is None:
            row.deleted_at, row.token_version = timezone.now(), row.token_version + 1
            row.save(update_fields=["deleted_at", "token_version"])
            if row.is_email_verified:
                tell(kind=Mail.Kind.ACCOUNT_DELETED, address=row.email, user=row)
    assert row.purge_at is not None
    return row.purge_at


@transaction.atomic
def undelete(*, user: User) -> User:
    """Brings back somebody who asked to be deleted; all is as it was. Repeated, it changes nothing.

    `gone` once the purge has begun: it and this take turns at the person's row.
    """
    row = _locked(user)
    if row.purged_at is not None:
        raise Problem("gone", "The account was deleted")
    row.deleted_at = row.deactivated_at = None
    row.save(update_fields=["deleted_at", "deactivated_at"])
    return row


def _locked(user: User) -> User:
    return User.objects.get_queryset().select_for_update(of=("self",), no_key=True).get(pk=user.pk)


def _check(user: User, password: str) -> None:
    if not user.check_password(password):
        raise Invalid("password", "wrong", "This is not your password.")
