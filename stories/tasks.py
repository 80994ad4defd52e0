"""What stories do when something happened elsewhere, and what they tidy by the clock."""

from celery import shared_task

from events.decorators import transactional_task
from stories import actions


@transactional_task()
def publish_when_ready(*, media_id: int) -> None:
    """A media is ready: stories that waited for it are published."""
    actions.publish_when_ready(media_id=media_id)


@shared_task
def prune_keys() -> int:
    """Forgets idempotency keys after 24 hours; says how many."""
    return actions.prune_keys()
