"""Ending the processing of a media that cannot be shown."""

from django.db import transaction

from api.metrics import MEDIA_FAILED
from events import actions as events
from media.models import Media
from media.processing.photo_process import REASONS


def fail(*, media_id: int, code: str, detail: str = "") -> None:
    """Ends the processing of a media that cannot be shown; its original stays."""
    detail = detail or REASONS[code]
    with transaction.atomic():
        failed = Media.objects.filter(pk=media_id, state=Media.State.PROCESSING).update(
            state=Media.State.FAILED, error_code=code, error_detail=detail, progress=None
        )
        if failed:
            events.record("media_failed", media_id=media_id)
    if failed:
        MEDIA_FAILED.labels(code).inc()
