"""Removing for good whoever asked to be deleted and did not come back.

`begin_purge` is the moment from which there is no way back: it empties the person's row, which stays so that ids keep
their meaning, and records the event on which each app removes its own rows (pystagram/subscriptions.py).
"""

import logging

from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session as BrowserSession
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.actions.rules import forget_tries_of
from accounts.models import (
    Authenticator,
    CommentsFrom,
    FailedLogIn,
    HeldName,
    Mail,
    Passkey,
    PersonChange,
    RecoveryCode,
    RuleHit,
    Session,
    User,
    grace,
)
from api.actions import delete_some
from events.actions import record
from media.actions import release

logger = logging.getLogger(__name__)
PEOPLE_AT_ONCE = 100
ROWS_AT_ONCE = 1000


def purge_due(*, most: int = PEOPLE_AT_ONCE) -> int:
    """Begins to purge those whose grace period is over, at most so many a call; says how many."""
    due = User.objects.get_queryset().due_for_purge().order_by("deleted_at")
    return sum(begin_purge(user_id=pk) for pk in list(due.values_list("pk", flat=True)[:most]))


@transaction.atomic
def begin_purge(*, user_id: int) -> bool:
    """Empties the row of somebody who is due; False for whoever came back meanwhile, or is being purged already."""
    due = User.objects.get_queryset().due_for_purge()
    row = due.select_for_update(of=("self",)).filter(pk=user_id).first()
    if row is None:
        return False
    _forget_address(row)
    if row.avatar_id is not None:
        release(media_ids=[row.avatar_id])
    row.username, row.password = f"#{row.pk}", make_password(None)  # no user name looks so: the old one is free
    row.name = row.email = row.bio = row.website = ""
    row.email_verified_at = row.birth_date = row.avatar = row.last_login = None
    row.is_private, row.is_staff, row.is_superuser = True, False, False
    row.comments_from = CommentsFrom.EVERYBODY
    row.token_version += 1
    row.purged_at = timezone.now()
    row.save()
    row.groups.clear()
    row.user_permissions.clear()
    record("account_purged", user_id=row.pk)
    logger.info("the account %s is being purged", row.pk, extra={"user_id": row.pk})
    return True


def _forget_address(row: User) -> None:
    """What names the person without referring to them; in the caller's transaction."""
    FailedLogIn.objects.filter(Q(identifier=row.username) | Q(identifier=row.email)).delete()
    forget_tries_of(username=row.username, email=row.email)
    if row.is_email_verified:
        Mail.objects.filter(address=row.email, user__isnull=True).delete()


def purge_person(*, user_id: int, most: int = ROWS_AT_ONCE) -> bool:
    """Removes log-ins, secrets and mails of somebody who is purged, at most so many; whether nothing is left."""
    person = User.objects.get_queryset().purged().filter(pk=user_id).first()
    if person is None:
        return True
    _end_browsers(person, most)
    kinds = (Session, Mail, HeldName, Passkey, Authenticator, RecoveryCode, FailedLogIn, RuleHit)
    rows = [*(kind._base_manager.filter(user=person) for kind in kinds), PersonChange.objects.filter(person=person)]
    return sum(delete_some(rows=some, most=most) for some in rows) == 0


def _end_browsers(person: User, most: int) -> None:
    """The sessions of the log-ins that go next."""
    keys = Session.objects.owned_by(person).order_by("pk").values_list("browser_key", flat=True)[:most]
    BrowserSession.objects.filter(session_key__in=[key for key in keys if key]).delete()


@transaction.atomic
def repeat_deletion(*, user_id: int) -> bool:
    """Purges again somebody whom an old backup has brought back, by their number; False if there is nobody to purge."""
    row = User.objects.get_queryset().select_for_update(of=("self",)).filter(pk=user_id, purged_at=None).first()
    if row is None:
        return False
    row.deleted_at = timezone.now() - grace()
    row.save(update_fields=["deleted_at"])
    return begin_purge(user_id=user_id)
