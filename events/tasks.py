"""House-keeping of the outbox."""

from datetime import timedelta

from celery import shared_task
from django.db.models import Exists, OuterRef
from django.utils import timezone

from events.models import Delivery, Fact

KEPT_FOR = timedelta(days=7)


@shared_task
def prune() -> int:
    """Removes facts a week old of which everybody has heard."""
    waiting = Delivery.objects.filter(fact=OuterRef("pk"), done_at__isnull=True)
    old = Fact.objects.filter(recorded_at__lt=timezone.now() - KEPT_FOR, expanded_at__isnull=False)
    count, _ = old.exclude(Exists(waiting)).delete()
    return count
