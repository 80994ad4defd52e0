"""Scheduled maintenance of the outbox."""

from celery import shared_task

from events import actions


@shared_task
def prune() -> int:
    """Removes events a week old of which everybody has heard; says how many rows."""
    return actions.prune()
