"""What posts do when something happened elsewhere, and what they tidy by the clock."""

from celery import shared_task
from django.utils import timezone

from events.actions import note_run
from events.decorators import NotYet, idempotent_task, transactional_task
from events.models import Delivery
from posts import actions


@transactional_task()
def publish_when_ready(*, media_id: int) -> None:
    """A media is ready: posts that waited for it publish themselves."""
    actions.publish_when_ready(media_id=media_id)


@idempotent_task()
def purge_person(*, delivery: Delivery, user_id: int) -> None:
    """Removes what somebody who is purged has posted, said and liked, some at a time."""
    if not actions.purge_person(user_id=user_id):
        raise NotYet(timezone.now())


@shared_task
def publish_due() -> int:
    """Publishes the drafts whose moment has come; says how many."""
    published = actions.publish_due()
    note_run(job="publish_due")
    return published


@shared_task
def purge_trash() -> int:
    """Lets go of posts that were in the trash for 30 days; says how many."""
    return actions.purge_trash()


@shared_task
def count_label_uses() -> int:
    """Counts tags and places again; says how many."""
    return actions.count_label_uses()


@shared_task
def rank_trending() -> int:
    """Makes the list of trending tags; says how long it is."""
    length = actions.rank_trending()
    note_run(job="trending")
    return length


@shared_task
def prune_keys() -> int:
    """Forgets idempotency keys after 24 hours; says how many."""
    return actions.prune_keys()
