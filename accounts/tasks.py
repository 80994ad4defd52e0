"""Mails, purges, and scheduled maintenance of accounts."""

from celery import shared_task
from django.utils import timezone

from accounts import actions
from events.decorators import NotYet, idempotent_task
from events.models import Delivery


@idempotent_task()
def send_mail(*, delivery: Delivery, mail_id: str) -> None:
    """Sends a mail that was asked for."""
    actions.send_mail(mail_id=mail_id)


@shared_task
def purge_accounts() -> int:
    """Begins to purge those who asked to be deleted and whose grace period is over; says how many."""
    return actions.purge_due()


@idempotent_task()
def purge_person(*, delivery: Delivery, user_id: int) -> None:
    """Removes what accounts keep of somebody who is purged, some at a time."""
    if not actions.purge_person(user_id=user_id):
        raise NotYet(timezone.now())


@shared_task
def prune_mails() -> int:
    """Removes mails of a month ago."""
    return actions.prune_mails()


@shared_task
def prune_invitations() -> int:
    """Forgets invitations that ended a month ago."""
    return actions.forget_invitations()


@shared_task
def release_names() -> int:
    """Lets go of user names that were held for 30 days."""
    return actions.forget_held_names()


@shared_task
def clear_ended_suspensions() -> int:
    """Tidies the rows of people whose suspension has ended."""
    return actions.clear_ended_suspensions()


@shared_task
def prune_failed_log_ins() -> int:
    """Forgets failures of a month ago; the limit looks at a quarter of an hour, moderators at a little more."""
    return actions.forget_failed_log_ins()


@shared_task
def prune_rule_hits() -> int:
    """Forgets what rules refused a month ago."""
    return actions.forget_rule_hits()


@shared_task
def prune_sessions() -> int:
    """Removes log-ins and browser sessions that ended long ago."""
    return actions.prune_sessions()
