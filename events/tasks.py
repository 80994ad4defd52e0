"""Scheduled maintenance of the outbox."""

from celery import shared_task

from events import actions


@shared_task
def prune() -> int:
    """Removes events older than a week whose deliveries are done; returns the number of rows."""
    return actions.prune()
