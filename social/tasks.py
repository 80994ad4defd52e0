"""What follows from a change of privacy, and regular work."""

from celery import shared_task

from events.decorators import transactional_task
from social import actions


@transactional_task()
def accept_pending(*, user_id: int) -> None:
    """An account was opened: whoever had asked follows."""
    actions.accept_pending(user_id=user_id)


@shared_task
def prune_mutes() -> int:
    """Removes mutes that have ended: nothing depends on it, for they are judged whenever they are read."""
    return actions.prune_mutes()
