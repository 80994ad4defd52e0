"""Scheduled maintenance of accounts."""

from celery import shared_task

from accounts import actions


@shared_task
def prune_failed_log_ins() -> int:
    """Forgets failures of a month ago; the limit looks at a quarter of an hour, moderators at a little more."""
    return actions.forget_failed_log_ins()


@shared_task
def prune_sessions() -> int:
    """Removes log-ins and browser sessions that ended long ago."""
    return actions.prune_sessions()
