"""What workers and the scheduler do for exports."""

from celery import shared_task
from django.utils import timezone

from events.decorators import NotYet, extend_lease, idempotent_task
from events.models import Delivery
from portability import actions


@idempotent_task(queue="video")
def build_export(*, delivery: Delivery, export_id: int) -> None:
    """Makes one archive of an export, on the queue of long work; the next one waits its turn behind others' work."""
    if not actions.build_part(export_id=export_id, still_here=lambda by: extend_lease(delivery, by=by)):
        raise NotYet(timezone.now())


@shared_task
def prune_exports() -> int:
    """Removes archives after a week; returns the number of exports."""
    return actions.prune_exports()
