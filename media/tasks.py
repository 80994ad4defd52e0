"""What workers and the scheduler do with media."""

from collections.abc import Callable
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from events.decorators import NotYet, extend_lease, idempotent_task
from events.models import Delivery
from media import actions
from media.actions import direct_uploads, owner_purging, queueing

WORK_FOR = timedelta(seconds=2)  # then a message ends, for other work may wait in the same queue
STUCK_AFTER = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(days=1)
ABANDONED_AFTER = timedelta(days=1)


@idempotent_task(queue="media")
def process(*, delivery: Delivery, media_id: int) -> None:
    """Makes photos' renditions: of whichever is next, which need not be the one that this delivery is about."""
    _work("photo", delivery, media_id)


@idempotent_task(queue="video")
def process_video(*, delivery: Delivery, media_id: int) -> None:
    """The same for videos, which take minutes: on a queue of its own, so that no photo waits for them."""
    _work("video", delivery, media_id)


def _work(kind: str, delivery: Delivery, media_id: int) -> None:
    until = timezone.now() + WORK_FOR
    queueing.work(kind=kind, until=until, still_here=lambda: extend_lease(delivery))
    due_at = queueing.due_at(media_id=media_id)
    if due_at is not None:
        raise NotYet(due_at)


@idempotent_task()
def withdraw(*, delivery: Delivery, media_id: int) -> None:
    """Ends the addresses of a media of which something was taken down."""
    actions.withdraw(media_id=media_id, note=_noting_folders(delivery))


@idempotent_task()
def return_to_view(*, delivery: Delivery, media_id: int) -> None:
    """Gives the renditions of a media that is shown again new addresses."""
    actions.return_to_view(media_id=media_id, note=_noting_folders(delivery))


def _noting_folders(delivery: Delivery) -> Callable[[str, str], tuple[str, str]]:
    """Keeps between which folders a media moves, so that a worker that takes it up again completes that move."""

    def note(old: str, new: str) -> tuple[str, str]:
        extend_lease(delivery, **{"old": old, "new": new, **delivery.progress})
        return delivery.progress["old"], delivery.progress["new"]

    return note


@idempotent_task()
def purge_person(*, delivery: Delivery, user_id: int) -> None:
    """Deletes the media of somebody who is purged, some at a time."""
    if not owner_purging.purge_person(user_id=user_id):
        raise NotYet(timezone.now())


@shared_task
def resume_stuck() -> int:
    """Resumes media that are `processing` for too long; returns their number."""
    return actions.resume_stuck(older_than=STUCK_AFTER, give_up_after=GIVE_UP_AFTER)


@shared_task
def tidy() -> None:
    """Ends abandoned uploads, clears old idempotency keys, forgets old refusals and, last for it needs the store, what
    arrived for nobody."""
    actions.abandon_uploads(older_than=ABANDONED_AFTER)
    actions.prune_keys()
    actions.forget_refusals()
    direct_uploads.tidy()
