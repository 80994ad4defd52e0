"""What stories do when something happened elsewhere, and what they tidy by the clock."""

from celery import shared_task
from django.utils import timezone

from events.decorators import NotYet, idempotent_task, transactional_task
from events.models import Delivery
from stories import actions


@transactional_task()
def publish_when_ready(*, media_id: int) -> None:
    """A media is ready: stories that waited for it are published."""
    actions.publish_when_ready(media_id=media_id)


@idempotent_task()
def purge_person(*, delivery: Delivery, user_id: int) -> None:
    """Removes the stories of somebody who is purged, and what they have seen, some at a time."""
    if not actions.purge_person(user_id=user_id):
        raise NotYet(timezone.now())


@shared_task
def prune_keys() -> int:
    """Forgets idempotency keys after 24 hours; says how many."""
    return actions.prune_keys()
