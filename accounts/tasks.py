"""House-keeping of accounts."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from accounts.models import FailedLogIn

KEPT_FOR = timedelta(days=30)


@shared_task
def prune_failed_log_ins() -> int:
    """Forgets failures of a month ago; the limit looks at a quarter of an hour, moderators at a little more."""
    count, _ = FailedLogIn.objects.filter(failed_at__lt=timezone.now() - KEPT_FOR).delete()
    return count
