"""Uploads that go straight to the store: announced, sent there by the client, completed here.

The address stays good after `complete`, so the bytes that arrived are never the original: they are read once, checked,
and written again by the same durable way as any upload. No transaction is open while they move.
"""

import contextlib
import logging
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from typing import IO

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Sum
from django.utils import timezone

from api.idempotency import hash_of
from api.problems import Problem
from media import actions, quotas
from media.actions import resumable_uploads
from media.actions.marking import ensure_marked
from media.failpoints import reach
from media.models import DirectUpload, Media
from media.processing.kinds import most_bytes
from media.stores import layout
from media.stores.interface import Forbidden
from media.stores.layout import CHUNK, Missing, Unavailable, digest_of
from media.stores.upload_tokens import OPEN_FOR

logger = logging.getLogger(__name__)
KEPT_FOR = timedelta(days=1)  # after that, so that a late or repeated `complete` finds its answer


def begin(
    *,
    owner: AbstractBaseUser,
    size: int,
    sha256: str = "",
    alt_text: str = "",
    idempotency_key: str | None = None,
) -> DirectUpload:
    """Notes what is announced; `media.presigned_uploads` says where to send it. A retry with the
    key finds the first one.

    Raises `too_large`, `quota_exceeded` (uploads that were not completed count), `key_reused`, `gone`.
    """
    body_hash = hash_of({"size": size, "sha256": sha256, "alt_text": alt_text})
    ensure_marked()
    earlier = DirectUpload.objects.first_made_with(idempotency_key, body_hash, owner)
    if earlier is not None and not earlier.media_id and earlier.expires_at <= timezone.now():
        raise Problem("gone", "The upload of this key is over; begin another")
    if earlier is not None:
        return earlier
    if size > most_bytes():
        raise Problem("too_large", f"At most {most_bytes()} bytes are taken")
    quotas.check_room(owner, size + _announced(owner))
    draft = DirectUpload(
        owner_id=owner.pk,
        key=layout.incoming_key(),
        size=size,
        sha256=sha256,
        alt_text=alt_text,
        expires_at=timezone.now() + OPEN_FOR,
        idempotency_key=idempotency_key,
        idempotency_hash=body_hash if idempotency_key else "",
    )
    return DirectUpload.objects.create_once(draft)[0]


def begin_archive(*, owner: AbstractBaseUser, size: int, sha256: str = "") -> DirectUpload:
    """Notes an archive that is announced, to be read by an app above and then removed: no quota is asked for it.

    Raises `too_large`.
    """
    ensure_marked()
    if size > settings.ARCHIVE_MAX_BYTES:
        raise Problem("too_large", f"At most {settings.ARCHIVE_MAX_BYTES} bytes are taken")
    return DirectUpload.objects.create(
        owner_id=owner.pk,
        key=layout.incoming_key(),
        size=size,
        sha256=sha256,
        is_archive=True,
        expires_at=timezone.now() + OPEN_FOR,
    )


def forget_arrived(*, key: str) -> None:
    """Removes an archive that has been read; its address takes nothing more. What may not be removed is for a purge."""
    DirectUpload.objects.filter(key=key).update(expires_at=timezone.now())
    with contextlib.suppress(Forbidden):
        layout.store().delete(key)


def _announced(owner: AbstractBaseUser) -> int:
    """Bytes that may lie in the store until `tidy` runs: the quota counts them as long, or each hour another quota
    of what is never completed could be sent there."""
    kept = timezone.now() - KEPT_FOR
    mine = DirectUpload.objects.owned_by(owner).filter(media__isnull=True, expires_at__gt=kept)
    return int(mine.aggregate(bytes=Sum("size", default=0))["bytes"])


def complete(*, upload: DirectUpload) -> Media:
    """Makes a media of what arrived; when this returns, its bytes are stored for good. Repeated, the same media.

    Raises `not_uploaded` while nothing has arrived, `upload_differs` if it is not what was announced, `gone`, and
    whatever `media.actions.upload` raises for the file.
    """
    done = _media_of(upload)
    if done is not None:
        return done
    try:
        with _arrived(upload) as file:
            reach("direct.read")
            media = actions.upload(
                owner=upload.owner,
                file=file,
                alt_text=upload.alt_text,
                idempotency_key=f"direct-upload:{upload.pk}",
            )
    except Missing:
        return _media_of(upload) or _not_uploaded()  # another `complete` may have taken it meanwhile
    DirectUpload.objects.filter(pk=upload.pk).update(media=media)
    reach("direct.committed")
    with contextlib.suppress(Unavailable):  # `tidy` runs again
        resumable_uploads.remove_parts(upload)
        layout.store().delete(upload.key)
    return media


def _media_of(upload: DirectUpload) -> Media | None:
    media = DirectUpload.objects.select_related("media").get(pk=upload.pk).media
    if media is not None and media.deleted_at is not None:
        raise Problem("gone", "The media of this upload was deleted")
    return media


def _not_uploaded() -> Media:
    raise Problem("not_uploaded", "Nothing has arrived at the address yet")


@contextlib.contextmanager
def _arrived(upload: DirectUpload) -> Iterator[IO[bytes]]:
    """Copies the bytes that arrived to a temporary file, so that later writes of the client have no effect."""
    with tempfile.TemporaryFile() as file:
        for chunk in _chunks_of(upload):
            file.write(chunk)
            if file.tell() > upload.size:
                break
        digest = digest_of(file)
        if digest.size != upload.size:
            raise Problem("upload_differs", f"{upload.size} bytes were announced; send them again")
        if upload.sha256 not in {"", digest.sha256}:
            raise Problem("upload_differs", f"The SHA-256 {upload.sha256} was announced, {digest.sha256} has arrived")
        yield file


def _chunks_of(upload: DirectUpload) -> Iterator[bytes]:
    """What arrived: the parts, if the first has come, else what was sent in one piece."""
    if upload.offset:
        yield from resumable_uploads.whole_of(upload)
        return
    with contextlib.closing(layout.store().open(upload.key)) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def is_open(key: str) -> bool:
    """Whether the store still takes bytes under this key: announced, not over, not completed."""
    return DirectUpload.objects.filter(key=key, media__isnull=True, expires_at__gt=timezone.now()).exists()


def tidy() -> int:
    """Clears the store of what arrived for uploads that are over, and forgets them; says how many.

    What these credentials may not remove is left to a purge. What the store refuses for now is tried again next time.
    """
    over = DirectUpload.objects.filter(expires_at__lt=timezone.now() - KEPT_FOR)
    cleared = []
    for upload in over.order_by("expires_at")[:1000]:
        try:
            resumable_uploads.remove_parts(upload)
            with contextlib.suppress(Forbidden):
                layout.store().delete(upload.key)
            cleared.append(upload.pk)
        except Unavailable as error:
            logger.warning("%s stays for now: %s", upload.key, error.detail)
            if len(cleared) == 0:
                break  # the store is away: a thousand time-outs would tell no more
    DirectUpload.objects.filter(pk__in=cleared).delete()
    return len(cleared)
