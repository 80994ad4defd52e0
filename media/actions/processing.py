"""Making the renditions of a received media."""

import logging
from collections.abc import Callable
from typing import IO

from django.db import transaction

from events import actions as events
from media.actions.failing import fail
from media.actions.refusing import fail_if_blocked, fail_if_near
from media.failpoints import reach
from media.models import Blob, Media, Rendition
from media.notices import joined
from media.processing import sandbox
from media.processing.kinds import kind_named
from media.processing.photo_process import ProcessingError
from media.processing.photos import Processed
from media.processing.sandbox import Interrupted
from media.stores import layout
from media.stores.layout import Digest, Unavailable

logger = logging.getLogger(__name__)


class Damaged(Exception):
    """The store gave other bytes than were stored: it may heal, or have another copy."""


def process(*, media_id: int, still_here: Callable[[], None] = lambda: None) -> None:
    """Makes the renditions of a received media: it is `ready` or `failed` afterwards.

    Harmless when repeated, also at the same time. `still_here` is called every few seconds. What says nothing final
    about the file is raised, for a later try: `Unavailable` (the store fails, the disk is full), `Interrupted` (the
    decoder was killed, the host is busy), `Crashed` (the decoder broke), `Damaged` (the store gave other bytes).
    """
    media = Media.objects.select_related("blob").filter(pk=media_id, state=Media.State.PROCESSING).first()
    if media is None or media.deleted_at is not None or fail_if_blocked(media=media):
        return
    try:
        with layout.spooled(layout.store(), media.blob.key) as original:
            _check_sound(media.blob, original)
            reach("process.original_read")
            still_here()

            def report(done: float | None) -> None:
                still_here()
                _note_progress(media_id, done)

            made = kind_named(media.kind).make(original, media.blob.content_type, report)
    except ProcessingError as error:
        fail(media_id=media_id, code=error.code, detail=error.detail)
        return
    except OSError as error:  # of the worker itself: what a decoder reads is read in a process of its own
        if error.errno in sandbox.NO_ROOM:
            raise Unavailable(f"No room to work in: {error.strerror}") from error
        raise Interrupted(repr(error)) from error
    reach("process.decoded")
    still_here()
    if fail_if_near(media=media, found=made.hash):
        return
    _store_renditions(media.prefix, made)
    _commit_ready(media_id, media.prefix, made)
    reach("process.committed")


def _note_progress(media_id: int, done: float | None) -> None:
    if done is not None:
        Media.objects.filter(pk=media_id, state=Media.State.PROCESSING).update(progress=int(done * 100))


def _check_sound(blob: Blob, original: IO[bytes]) -> None:
    """Fails the media if the original's bytes do not match their hash."""
    if layout.digest_of(original) != Digest(blob.size, blob.sha256):
        logger.error("original %s is not what was stored", blob.key)
        raise Damaged


def _store_renditions(prefix: str, made: Processed) -> None:
    for picture in made.pictures:
        layout.store().put(layout.rendition_key(prefix, picture.name), picture.data, picture.content_type)
        reach("process.rendition_written")
    reach("process.renditions_written")


def _commit_ready(media_id: int, prefix: str, made: Processed) -> None:
    with transaction.atomic():
        media = Media.objects.select_for_update().get(pk=media_id)
        if media.state != Media.State.PROCESSING or media.prefix != prefix:
            return  # another worker was first
        Rendition.objects.bulk_create(
            Rendition(
                media=media,
                name=picture.name,
                content_type=picture.content_type,
                width=picture.width,
                height=picture.height,
                size=len(picture.data),
            )
            for picture in made.pictures
        )
        media.width, media.height, media.blurhash = made.width, made.height, made.blurhash
        media.duration, media.progress, media.state = made.duration, None, Media.State.READY
        media.notices = joined(made.notices)
        media.save(update_fields=["width", "height", "blurhash", "duration", "progress", "state", "notices"])
        events.record("media_ready", media_id=media_id)
