"""What people do with their notifications."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Greatest

from notifications.actions.digesting import change_digest
from notifications.models import Inbox, Notification


@transaction.atomic
def mark_seen(*, person: AbstractBaseUser, up_to: int) -> None:
    """All causes up to this id are seen. Never takes anything back; of an id still to come, what there is now."""
    newest = Notification.objects.filter(recipient=person.pk).aggregate(newest=Max("newest_id"))["newest"]
    if newest is not None:
        _change(person, seen_id=Greatest(F("seen_id"), min(up_to, newest)))


@transaction.atomic
def change_settings(*, person: AbstractBaseUser, changes: Mapping[str, str]) -> Inbox:
    """Says from whom the person wants notifications, from now on, and how often a digest by mail."""
    choices = dict(changes)
    digest = choices.pop("digest", None)
    inbox = _change(person, **choices)
    if digest is not None:
        change_digest(inbox=inbox, digest=digest)
    return Inbox.objects.of(person)


def _change(person: AbstractBaseUser, **changes: Any) -> Inbox:
    """In the caller's transaction."""
    Inbox.objects.bulk_create([Inbox(person_id=person.pk)], ignore_conflicts=True)
    if changes:
        Inbox.objects.filter(person=person.pk).update(**changes)
    return Inbox.objects.get(person=person.pk)
