"""What the scheduler does: resume processing, abandon uploads, prune idempotency keys."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from events import actions as events
from events.models import Event
from media.actions.failing import fail
from media.models import Media
from media.processing.kinds import KINDS, kind_named


def resume_stuck(*, older_than: timedelta, give_up_after: timedelta) -> int:
    """Records the event again for media `processing` for too long; fails the oldest. Returns the number resumed."""
    now = timezone.now()
    stuck = Media.objects.filter(state=Media.State.PROCESSING, deleted_at__isnull=True)
    old = {"created_at__lt": now - give_up_after, "turn_at__lt": now - give_up_after}  # one let through has a new turn
    for media_id in stuck.filter(**old).values_list("pk", flat=True):
        fail(media_id=media_id, code="gave_up")
    lost = stuck.filter(created_at__lt=now - older_than).exclude(pk__in=_awaited())
    with transaction.atomic():
        rows = list(lost.values_list("pk", "kind"))
        for media_id, kind in rows:
            events.record(kind_named(kind).received, media_id=media_id)
    return len(rows)


def _awaited() -> list[int]:
    """Media with a delivery that is not done: they wait in a queue or are being processed."""
    recorded = Event.objects.filter(name__in=[kind.received for kind in KINDS])
    under_way = Q(expanded_at__isnull=True) | Q(deliveries__done_at__isnull=True, deliveries__dead_at__isnull=True)
    return [payload["media_id"] for payload in recorded.filter(under_way).values_list("payload", flat=True)]


def abandon_uploads(*, older_than: timedelta) -> int:
    """Marks abandoned uploads as failed; returns their number. What they stored is left to the purge."""
    now = timezone.now()
    cut_short = Media.objects.filter(state=Media.State.RECEIVING, created_at__lt=now - older_than)
    return cut_short.update(
        state=Media.State.FAILED,
        error_code="abandoned",
        error_detail="The upload was cut short and not taken up again.",
        deleted_at=now,
        idempotency_key=None,
    )


def prune_keys() -> int:
    """Clears idempotency keys older than a day, but for uploads that a retry may resume; returns their number."""
    return Media.objects.exclude(state=Media.State.RECEIVING).prune_keys()
