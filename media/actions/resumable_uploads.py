"""Announced files that arrive in parts, each where the one before it ended: on bad lines, over many connections.

Each part is an object of its own below `incoming/`, so any store will do; its row says where it belongs. What arrived
counts for nothing before `direct_uploads.complete` puts the parts together, checks the whole and stores it for good.
"""

import contextlib
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import IO

from django.db import transaction
from django.utils import timezone

from api.problems import Problem
from media.actions.marking import ensure_marked
from media.failpoints import reach
from media.models import DirectUpload, UploadPart
from media.stores import layout
from media.stores.interface import Exists, Forbidden
from media.stores.layout import CHUNK, Unavailable

GOES_ON_FOR = timedelta(days=1)  # after each part
MAX_PARTS = 2000


def check_append(*, upload: DirectUpload, offset: int, length: int | None) -> None:
    """Raises a Problem unless a part of this length (None: not known yet) may come at this place.

    `gone` when the upload is over or completed, `wrong_offset` (409) when another place is meant, `too_large` beyond
    the announced size.
    """
    if upload.media_id is not None or upload.expires_at <= timezone.now():
        raise Problem("gone", "The upload is over, or was completed")
    if offset != upload.offset:
        raise Problem("wrong_offset", f"{upload.offset} bytes have arrived: go on from there", offset=upload.offset)
    if offset + (length or 0) > upload.size:
        raise Problem("too_large", f"{upload.size} bytes were announced")
    if upload.parts.count() >= MAX_PARTS:
        raise Problem("too_large", f"An upload comes in at most {MAX_PARTS} parts")


def append(*, upload: DirectUpload, offset: int, file: IO[bytes], length: int) -> DirectUpload:
    """Stores a part and counts it. Of two at the same place one is counted; the other raises `wrong_offset`.

    No transaction is open while bytes move. Raises what `check_append` raises, and `storage_unavailable`.
    """
    check_append(upload=upload, offset=offset, length=length)
    if length == 0:
        return upload
    ensure_marked()
    key = f"{upload.key}.{offset}.{secrets.token_hex(8)}"
    _store(key, file)
    reach("part.stored")
    try:
        return _count(upload.pk, offset, length, key)
    except Problem:
        _remove(key)
        raise


def _store(key: str, file: IO[bytes]) -> None:
    digest = layout.digest_of(file)
    with contextlib.suppress(Exists):  # nobody else has such a key
        layout.store().put_new(key, file, digest, "application/octet-stream")


def _count(upload_id: int, offset: int, length: int, key: str) -> DirectUpload:
    with transaction.atomic():
        upload = DirectUpload.objects.select_for_update(no_key=True).filter(pk=upload_id).first()
        if upload is None:
            raise Problem("gone", "The upload is over, or was completed")
        check_append(upload=upload, offset=offset, length=length)
        UploadPart.objects.create(upload=upload, offset=offset, size=length, key=key)
        upload.offset = offset + length
        upload.expires_at = timezone.now() + GOES_ON_FOR
        upload.save(update_fields=["offset", "expires_at"])
    return upload


def whole_of(upload: DirectUpload) -> Iterator[bytes]:
    """The bytes of all parts, one after the other. `not_uploaded` while some are missing."""
    if upload.offset != upload.size:
        raise Problem("not_uploaded", f"{upload.offset} of {upload.size} bytes have arrived")
    for key in list(upload.parts.order_by("offset").values_list("key", flat=True)):
        with contextlib.closing(layout.store().open(key)) as stream:
            while chunk := stream.read(CHUNK):
                yield chunk


def remove_parts(upload: DirectUpload) -> None:
    """Clears the store of the parts, and forgets those that are gone. Raises `Unavailable`: later, then."""
    for part in upload.parts.all():
        with contextlib.suppress(Forbidden):  # left to a purge
            layout.store().delete(part.key)
        part.delete()


def cancel(*, upload: DirectUpload) -> None:
    """Ends an upload that was not completed: nothing more is taken; what arrived is cleared now, or by `tidy`."""
    ended = DirectUpload.objects.filter(pk=upload.pk, media__isnull=True).update(expires_at=timezone.now())
    if ended:
        with contextlib.suppress(Unavailable):
            remove_parts(upload)


def _remove(key: str) -> None:
    with contextlib.suppress(Unavailable):  # a purge finds it
        layout.store().delete(key)
