"""Scheduled maintenance of the outbox."""

from celery import shared_task

from events import actions


@shared_task
def prune() -> int:
    """Removes events older than a week whose deliveries are done; returns the number of rows."""
    return actions.prune()


@shared_task
def note_scheduler() -> None:
    """Shows that the scheduler, the broker and a worker of the default queue work together."""
    actions.note_run(job="scheduler")
