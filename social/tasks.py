"""What follows from a change of privacy."""

from events.decorators import transactional_task
from social import actions


@transactional_task()
def accept_pending(*, user_id: int) -> None:
    """An account was opened: whoever had asked follows."""
    actions.accept_pending(user_id=user_id)
