"""What workers and the scheduler do with media."""

from datetime import timedelta

from celery import shared_task

from events.decorators import extend_lease, idempotent_task
from events.models import Delivery
from media import actions
from media.actions import direct_uploads

STUCK_AFTER = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(days=1)
ABANDONED_AFTER = timedelta(days=1)


@idempotent_task(queue="media")
def process(*, delivery: Delivery, media_id: int) -> None:
    """Makes a received media's renditions."""
    extend_lease(delivery)
    actions.process(media_id=media_id, still_here=lambda: extend_lease(delivery))


@idempotent_task(queue="video")
def process_video(*, delivery: Delivery, media_id: int) -> None:
    """The same for a video, which takes minutes: on a queue of its own, so that no photo waits for it."""
    extend_lease(delivery)
    actions.process(media_id=media_id, still_here=lambda: extend_lease(delivery))


@shared_task
def resume_stuck() -> int:
    """Resumes media that are `processing` for too long; returns their number."""
    return actions.resume_stuck(older_than=STUCK_AFTER, give_up_after=GIVE_UP_AFTER)


@shared_task
def tidy() -> None:
    """Ends abandoned uploads and clears old idempotency keys."""
    direct_uploads.tidy()
    actions.abandon_uploads(older_than=ABANDONED_AFTER)
    actions.prune_keys()
