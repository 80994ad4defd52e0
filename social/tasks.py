"""What follows from a change of privacy, and regular work."""

from celery import shared_task
from django.utils import timezone

from events.decorators import NotYet, idempotent_task, transactional_task
from events.models import Delivery
from social import actions


@transactional_task()
def accept_pending(*, user_id: int) -> None:
    """An account was opened: whoever had asked follows."""
    actions.accept_pending(user_id=user_id)


@idempotent_task()
def purge_person(*, delivery: Delivery, user_id: int) -> None:
    """Ends all relations of somebody who is purged, some at a time."""
    if not actions.purge_person(user_id=user_id):
        raise NotYet(timezone.now())


@shared_task
def prune_mutes() -> int:
    """Removes mutes that have ended: nothing depends on it, for they are judged whenever they are read."""
    return actions.prune_mutes()
