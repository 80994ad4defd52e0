"""What workers and the scheduler do for exports and imports."""

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


@idempotent_task(queue="video")
def run_import(*, delivery: Delivery, import_id: int) -> None:
    """Makes what an archive asks for, as far as it can be made now."""
    due_at = actions.advance_import(import_id=import_id, still_here=lambda: extend_lease(delivery))
    if due_at is not None:
        raise NotYet(due_at)


@idempotent_task()
def purge_person(*, delivery: Delivery, user_id: int) -> None:
    """Removes the archives of somebody who is purged, and the notes of what they imported."""
    if not actions.purge_person(user_id=user_id):
        raise NotYet(timezone.now())


@shared_task
def prune_imports() -> int:
    """Forgets imports after a month; returns their number."""
    return actions.prune_imports()


@shared_task
def prune_exports() -> int:
    """Removes archives after a week; returns the number of exports."""
    return actions.prune_exports()
