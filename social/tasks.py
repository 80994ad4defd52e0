"""What follows from a change of privacy."""

from events.consumers import consumer
from social import actions


@consumer()
def accept_pending(*, user_id: int) -> None:
    """An account was opened: whoever had asked follows."""
    while actions.accept_pending(user_id=user_id):
        pass
