"""Receiving a file for good.

No transaction is open while bytes move: each step commits what it knows, so that an upload that was cut short can be
resumed by the next try.
"""

import hashlib
import logging
import secrets
from datetime import timedelta
from typing import IO

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from api.problems import Problem
from events import actions as events
from media import quotas
from media.actions import queueing
from media.actions.marking import ensure_marked
from media.actions.refusing import check_sent
from media.actions.sidecars import about, leave_key, write_sidecars
from media.failpoints import reach
from media.formats.sniffing import Sniffed
from media.models import Blob, Media
from media.processing.kinds import Kind, inspect, kind_named
from media.stores import layout
from media.stores.layout import Digest, Unavailable

logger = logging.getLogger(__name__)
UPLOAD_LEASE = timedelta(seconds=60)
_TRIES = 4


def upload(
    *, owner: AbstractBaseUser, file: IO[bytes], idempotency_key: str | None = None, alt_text: str = ""
) -> Media:
    """Receives a file for good: when this returns, its bytes are stored and will be found again.

    A retry with the same key returns the media of the first try, or takes up where that was cut short. Raises Problems:
    for files that are not taken, `image_refused`, `quota_exceeded`, `in_flight`, `key_reused`, `storage_unavailable`.
    """
    media = begin_upload(owner=owner, file=file, idempotency_key=idempotency_key, alt_text=alt_text)
    return finish_upload(media=media, file=file)


def begin_upload(
    *, owner: AbstractBaseUser, file: IO[bytes], idempotency_key: str | None = None, alt_text: str = ""
) -> Media:
    """Looks at the received bytes and commits the intent to store them; nothing is promised yet."""
    digest = layout.digest_of(file)
    kind, sniffed = inspect(file, digest.size)
    reach("upload.hashed")
    body_hash = hashlib.sha256(f"{digest.sha256}:{alt_text}".encode()).hexdigest()
    earlier = _take_up(owner, idempotency_key, body_hash)
    if earlier is not None:
        return earlier
    check_sent(owner=owner, sha256=digest.sha256)
    quotas.check_room(owner, digest.size)
    quotas.check_backlog(owner)
    try:
        media = _commit_intent(owner, kind, sniffed, digest, alt_text, idempotency_key, body_hash)
    except IntegrityError:  # the same key, at the same time
        media = _take_up(owner, idempotency_key, body_hash) or _gone()
    reach("upload.intent_committed")
    return media


def _gone() -> Media:
    raise Problem("in_flight", retry_after=1)


def _take_up(owner: AbstractBaseUser, key: str | None, body_hash: str) -> Media | None:
    """The media that an earlier request with this key made; this request finishes it if it was interrupted."""
    with transaction.atomic():
        media = Media.objects.select_for_update().first_made_with(key, body_hash, owner)
        if media is None:
            return None
        if media.state != Media.State.RECEIVING:
            return media
        now = timezone.now()
        if media.lease_until and media.lease_until > now:
            raise Problem("in_flight", retry_after=max(1, int((media.lease_until - now).total_seconds())))
        media.lease_until = now + UPLOAD_LEASE
        media.save(update_fields=["lease_until"])
        return media


def _commit_intent(
    owner: AbstractBaseUser,
    kind: Kind,
    found: Sniffed,
    digest: Digest,
    alt_text: str,
    key: str | None,
    body_hash: str,
) -> Media:
    with transaction.atomic():
        blob = _stored_blob(digest) or Blob.objects.create(
            key=layout.fresh_key(), sha256=digest.sha256, size=digest.size, content_type=found.content_type
        )
        return Media.objects.create(
            owner_id=owner.pk,
            blob=blob,
            size=digest.size,
            kind=kind.name,
            cost=kind.cost_of(found, digest.size),
            alt_text=alt_text,
            prefix=secrets.token_urlsafe(24),
            idempotency_key=key,
            idempotency_hash=body_hash if key else "",
            lease_until=timezone.now() + UPLOAD_LEASE,
        )


def _stored_blob(digest: Digest) -> Blob | None:
    """The blob of these bytes, locked against a purge. One that is being purged is never reused."""
    same = Blob.objects.select_for_update().filter(sha256=digest.sha256, size=digest.size, state=Blob.State.STORED)
    return same.first()


def finish_upload(*, media: Media, file: IO[bytes]) -> Media:
    """Stores the original and its sidecar, reads them back, and only then commits that they are there.

    `storage_unavailable` leaves a state that a retry with the same key takes up at once.
    """
    try:
        ensure_marked()
        for _ in range(_TRIES):
            if media.state != Media.State.RECEIVING:
                return media
            media = _commit_stored(media, _store_original(media.pk, media.blob, file))
            reach("upload.committed")
    except Unavailable:
        Media.objects.filter(pk=media.pk).update(lease_until=None)
        raise
    raise Problem("in_flight", retry_after=1)


def _store_original(media_id: int, blob: Blob, file: IO[bytes]) -> str:
    """Writes the bytes and the sidecar to the store if they are not there; returns the key."""
    media = Media.objects.get(pk=media_id)
    digest = Digest(blob.size, blob.sha256)
    key = blob.key
    if blob.state != Blob.State.STORED:
        key = layout.put_original(key, file, digest, blob.content_type)
    elif not layout.verify(key, digest):  # shared bytes that rotted: these are sound, so they take their place
        logger.error("original %s is damaged; stored again from an identical upload", key)
        key = layout.put_original(layout.fresh_key(), file, digest, blob.content_type)
        write_sidecars(blob=blob, key=key)
    reach("upload.original_written")
    if not layout.verify(key, digest):
        raise Unavailable("The store does not hold what it was given")
    reach("upload.original_verified")
    layout.put_sidecar(key, media_id, about(media, blob))
    reach("upload.sidecar_written")
    return key


def _commit_stored(media: Media, key: str) -> Media:
    """Commits that the bytes stand under `key`. If somebody else stored the same bytes meanwhile, the media shares
    theirs: it comes back still `receiving`, to be verified there."""
    try:
        with transaction.atomic():
            row = Media.objects.select_for_update(of=("self",)).select_related("blob").get(pk=media.pk)
            if row.state != Media.State.RECEIVING:
                return row
            digest = Digest(row.blob.size, row.blob.sha256)
            other = _stored_blob(digest)
            if other is not None and other.pk != row.blob_id:
                return _share(row, other)
            _receive(row, key)
            return row
    except IntegrityError:  # the same bytes became stored in this very moment
        return Media.objects.select_related("blob").get(pk=media.pk)


def _share(media: Media, blob: Blob) -> Media:
    own = media.blob
    media.blob = blob
    media.save(update_fields=["blob"])
    if not own.media_set.exists():
        Blob.objects.filter(pk=own.pk, state=Blob.State.RECEIVING).update(state=Blob.State.PURGING)
    return media


def _receive(media: Media, key: str) -> None:
    blob = media.blob
    left, blob.key, blob.state, blob.stored_at = blob.key, key, Blob.State.STORED, timezone.now()
    blob.save(update_fields=["key", "state", "stored_at"])
    if left != key:  # something else stands there: rotten, or a part
        leave_key(blob=blob, key=left)
    media.state, media.lease_until, media.turn_at = Media.State.PROCESSING, None, queueing.next_turn_of(media)
    media.save(update_fields=["state", "lease_until", "turn_at"])
    events.record(kind_named(media.kind).received, media_id=media.pk)
