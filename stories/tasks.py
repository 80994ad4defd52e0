"""What stories do when something happened elsewhere, and what they tidy by the clock."""

from celery import shared_task
from django.utils import timezone

from events.consumers import consumer
from stories import actions
from stories.limits import KEYS_KEPT_FOR
from stories.models import Highlight, Story


@consumer()
def media_settled(*, media_id: int) -> None:
    """A media is ready: stories that waited for it are published."""
    actions.media_settled(media_id=media_id)


@shared_task
def forget_keys() -> int:
    """Forgets idempotency keys after 24 hours; says how many."""
    old = {"idempotency_key__isnull": False, "created_at__lt": timezone.now() - KEYS_KEPT_FOR}
    return sum(model.objects.filter(**old).update(idempotency_key=None) for model in (Story, Highlight))
