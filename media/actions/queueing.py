"""Which media a worker takes up next, and what becomes of one that could not be processed now.

The queue is the rows that are `processing`, in the order of `turn_at`: when each would be done if its owner had a fair
share of the workers, one file after the other (start-time fair queueing). So a person's thousand files wait behind
their own and not before another's one, small ones go before large ones, and nothing waits for ever, for a turn never
moves. Besides, a person's large files are done one at a time, so that one person never keeps all workers busy for long.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Max
from django.db.models.functions import Greatest
from django.utils import timezone

from events.decorators import LEASE, MAX_ATTEMPTS, OUTAGE_PAUSE, is_outage, pause_after
from media.actions.failing import fail
from media.actions.processing import Damaged, process
from media.models import Media
from media.processing.kinds import KINDS, Kind, kind_named
from media.processing.sandbox import Crashed

logger = logging.getLogger(__name__)
MAX_CRASHES = 2
BUSY_PAUSE = timedelta(seconds=1)
LOCK = 1767225601  # and one more for each kind
Values = dict[str, str | int | datetime | None]
StillHere = Callable[[], None]

_TAKE_NEXT = """
UPDATE media_media SET tries = tries + 1, lease_until = %(until)s
WHERE id = (
    SELECT id FROM media_media waiting
    WHERE state = 'processing' AND deleted_at IS NULL AND kind = %(kind)s
        AND (lease_until IS NULL OR lease_until <= %(now)s) AND (retry_at IS NULL OR retry_at <= %(now)s)
        AND (cost <= %(large)s OR NOT EXISTS (
            SELECT FROM media_media WHERE state = 'processing' AND deleted_at IS NULL AND kind = %(kind)s
                AND owner_id = waiting.owner_id AND cost > %(large)s AND lease_until > %(now)s))
    ORDER BY turn_at, id LIMIT 1
)
RETURNING id, tries
"""


def next_turn_of(media: Media) -> datetime:
    """The place in the queue of one that was just received: after its owner's last."""
    seconds = media.cost / kind_named(media.kind).cost_per_second
    mine = Media.objects.in_processing().filter(owner=media.owner_id, kind=media.kind)
    last = mine.aggregate(last=Max("turn_at"))["last"]
    now = timezone.now()
    return max(now, last or now) + timedelta(seconds=seconds)


def work(*, kind: str, until: datetime, still_here: StillHere = lambda: None) -> int:
    """Processes one media after the other in their order; begins none after `until`. Says how many."""
    count = 0
    while taken := _take_next(kind_named(kind)):
        _try(*taken, still_here)
        count += 1
        if timezone.now() >= until:
            break
    return count


def due_at(*, media_id: int) -> datetime | None:
    """When to look again after a media that is not processed yet; None for one that is."""
    now = timezone.now()
    media = Media.objects.in_processing().filter(pk=media_id).first()
    if media is None:
        return None
    before = Media.objects.in_processing().filter(owner=media.owner_id, pk__lt=media_id).count()
    return max(filter(None, [media.lease_until, media.retry_at, now + BUSY_PAUSE * (1 + before)]))


def _take_next(kind: Kind) -> tuple[int, int] | None:
    """The id of the media to be processed now, leased to the caller, and the number of this try."""
    now = timezone.now()
    values: Values = {"kind": kind.name, "large": kind.large_cost, "now": now, "until": now + LEASE}
    with transaction.atomic(), connection.cursor() as cursor:
        # One at a time, or two would take the same, or two large ones of one person.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK + KINDS.index(kind)])
        cursor.execute(_TAKE_NEXT, values)
        taken: tuple[int, int] | None = cursor.fetchone()
    return taken


def _try(media_id: int, tries: int, still_here: StillHere) -> None:
    """One try. Whatever it was that ended it without a verdict, the next is bounded in number and spaced in time."""

    def extend() -> None:
        still_here()
        Media.objects.filter(pk=media_id).update(lease_until=timezone.now() + LEASE)

    if tries > MAX_ATTEMPTS:  # of which nobody lived to tell
        fail(media_id=media_id, code="gave_up")
        return
    try:
        process(media_id=media_id, still_here=extend)
    except Exception as error:
        logger.warning("media %s is processed later", media_id, exc_info=True)
        _put_back(media_id, tries, error)


def _put_back(media_id: int, tries: int, error: Exception) -> None:
    """Decides when the media is tried again, or with which code it fails after the last try."""
    rows = Media.objects.filter(pk=media_id)
    if is_outage(error):  # no try: it says nothing about this media
        rows.update(tries=Greatest(F("tries") - 1, 0), lease_until=None, retry_at=timezone.now() + OUTAGE_PAUSE)
        return
    is_last, code = tries >= MAX_ATTEMPTS, "gave_up"
    if isinstance(error, Crashed):
        rows.update(crashes=F("crashes") + 1)
        is_last, code = rows.filter(crashes__gte=MAX_CRASHES).exists(), "decoder_crashed"
    elif isinstance(error, Damaged):
        code = "original_damaged"
    if is_last:
        fail(media_id=media_id, code=code)
    else:
        rows.update(lease_until=None, retry_at=timezone.now() + pause_after(tries))
