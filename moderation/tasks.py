"""What happens by the clock, and after events."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from events.decorators import NotYet, idempotent_task
from events.models import Delivery
from moderation import actions


@idempotent_task()
def purge_person(*, delivery: Delivery, user_id: int) -> None:
    """Takes somebody who is purged out of reports, cases and appeals."""
    if not actions.purge_person(user_id=user_id):
        raise NotYet(timezone.now())


@idempotent_task()
def send_decision_mail(*, delivery: Delivery, decision_id: int, **_others: Any) -> None:
    """Something was decided: whoever cannot log in to hear of it is sent a mail."""
    actions.send_decision_mail(decision_id=decision_id)


@shared_task
def prune() -> int:
    """Removes old cases, looks and evidence; says how many rows."""
    return actions.prune()
