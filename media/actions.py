"""What can be done with media: receive, process, attach, release, edit, delete.

No transaction is open while bytes move: each step commits what it knows, so that whatever is cut short can be taken up
again by the next try.
"""

import hashlib
import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import IO, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils import timezone

from api.idempotency import same_or_422
from api.problems import Invalid, Problem
from events import actions as events
from events.models import Fact
from media import quotas, storage
from media.developing import Undevelopable
from media.failpoints import reach
from media.imaging import Developed
from media.kinds import KINDS, Kind, inspect, kind_named
from media.models import Blob, Media, Rendition
from media.sniff import Sniffed
from media.storage import Digest, Unavailable

logger = logging.getLogger(__name__)
UPLOAD_LEASE = timedelta(seconds=60)
_TRIES = 4


# -- Receiving ---------------------------------------------------------------------------------------
def upload(
    *, owner: AbstractBaseUser, file: IO[bytes], idempotency_key: str | None = None, alt_text: str = ""
) -> Media:
    """Receives a file for good: when this returns, its bytes are stored and will be found again.

    A retry with the same key returns the media of the first try, or takes up where that was cut short. Raises Problems:
    for files that are not taken, `quota_exceeded`, `in_flight`, `key_reused`, `storage_unavailable`.
    """
    media = begin_upload(owner=owner, file=file, idempotency_key=idempotency_key, alt_text=alt_text)
    return finish_upload(media=media, file=file)


def begin_upload(
    *, owner: AbstractBaseUser, file: IO[bytes], idempotency_key: str | None = None, alt_text: str = ""
) -> Media:
    """Looks at the received bytes and commits the intent to store them; nothing is promised yet."""
    digest = storage.digest_of(file)
    kind, found = inspect(file, digest.size)
    reach("upload.hashed")
    body_hash = hashlib.sha256(f"{digest.sha256}:{alt_text}".encode()).hexdigest()
    earlier = _take_up(owner, idempotency_key, body_hash)
    if earlier is not None:
        return earlier
    quotas.check_room(owner, digest.size)
    try:
        media = _commit_intent(owner, kind, found, digest, alt_text, idempotency_key, body_hash)
    except IntegrityError:  # the same key, at the same time
        media = _take_up(owner, idempotency_key, body_hash) or _gone()
    reach("upload.intent_committed")
    return media


def _gone() -> Media:
    raise Problem("in_flight", retry_after=1)


def _take_up(owner: AbstractBaseUser, key: str | None, body_hash: str) -> Media | None:
    """The media that an earlier request with this key made; ours to finish if that was cut short."""
    if key is None:
        return None
    with transaction.atomic():
        media = Media.objects.select_for_update().filter(owner=owner.pk, idempotency_key=key).first()
        if media is None:
            return None
        same_or_422(media, body_hash)
        if media.deleted_at is not None:
            raise Problem("gone", "The media that this key made was deleted")
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
            key=storage.fresh_key(), sha256=digest.sha256, size=digest.size, content_type=found.content_type
        )
        return Media.objects.create(
            owner_id=owner.pk,
            blob=blob,
            size=digest.size,
            kind=kind.name,
            alt_text=alt_text,
            prefix=secrets.token_urlsafe(24),
            idempotency_key=key,
            idempotency_hash=body_hash if key else "",
            lease_until=timezone.now() + UPLOAD_LEASE,
        )


def _stored_blob(digest: Digest) -> Blob | None:
    """The blob of these bytes, locked so that no purge takes it away meanwhile. One being purged is never revived."""
    same = Blob.objects.select_for_update().filter(sha256=digest.sha256, size=digest.size, state=Blob.State.STORED)
    return same.first()


def finish_upload(*, media: Media, file: IO[bytes]) -> Media:
    """Stores the original and its sidecar, reads them back, and only then commits that they are there.

    `storage_unavailable` leaves a state that a retry with the same key takes up at once.
    """
    try:
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
    """Sees to it that the bytes and the sidecar stand in the store; says under which key."""
    media = Media.objects.get(pk=media_id)
    digest = Digest(blob.size, blob.sha256)
    key = blob.key
    if blob.state != Blob.State.STORED:
        key = storage.put_original(key, file, digest, blob.content_type)
    elif not storage.verify(key, digest):  # shared bytes that rotted: these are sound, so they take their place
        logger.error("original %s is damaged; stored again from an identical upload", key)
        key = storage.put_original(storage.fresh_key(), file, digest, blob.content_type)
    reach("upload.original_written")
    if not storage.verify(key, digest):
        raise Unavailable("The store does not hold what it was given")
    reach("upload.original_verified")
    storage.put_sidecar(key, media_id, _about(media, blob))
    reach("upload.sidecar_written")
    return key


def _about(media: Media, blob: Blob) -> dict[str, Any]:
    return {
        "media": str(media.pk),
        "owner": str(media.owner_id),
        "kind": media.kind,
        "sha256": blob.sha256,
        "size": blob.size,
        "content_type": blob.content_type,
        "alt_text": media.alt_text,
        "created_at": media.created_at.isoformat(),
    }


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
    blob.key, blob.state, blob.stored_at = key, Blob.State.STORED, timezone.now()
    blob.save(update_fields=["key", "state", "stored_at"])
    media.state, media.lease_until = Media.State.PROCESSING, None
    media.save(update_fields=["state", "lease_until"])
    events.record(kind_named(media.kind).received, media_id=media.pk)


# -- Processing --------------------------------------------------------------------------------------
def process(*, media_id: int, still_here: Callable[[], None] = lambda: None) -> None:
    """Makes the renditions of a received media: it is `ready` or `failed` afterwards.

    Harmless when repeated, also at the same time. `still_here` is called between the steps. `Unavailable` if the store
    fails: try again later.
    """
    media = Media.objects.select_related("blob").filter(pk=media_id, state=Media.State.PROCESSING).first()
    if media is None or media.deleted_at is not None:
        return
    try:
        with storage.spooled(storage.store(), media.blob.key) as original:
            _check_sound(media.blob, original)
            reach("process.original_read")
            still_here()

            def report(done: float | None) -> None:
                still_here()
                _note_progress(media_id, done)

            made = kind_named(media.kind).make(original, media.blob.content_type, report)
    except Undevelopable as error:
        fail(media_id=media_id, code=error.code, detail=error.detail)
        return
    reach("process.decoded")
    still_here()
    _store_renditions(media.prefix, made)
    _commit_ready(media_id, media.prefix, made)
    reach("process.committed")


def _note_progress(media_id: int, done: float | None) -> None:
    if done is not None:
        Media.objects.filter(pk=media_id, state=Media.State.PROCESSING).update(progress=int(done * 100))


def _check_sound(blob: Blob, original: IO[bytes]) -> None:
    """Nothing is ever made from damaged bytes."""
    if storage.digest_of(original) != Digest(blob.size, blob.sha256):
        logger.error("original %s is not what was stored", blob.key)
        raise Undevelopable("original_damaged")


def _store_renditions(prefix: str, made: Developed) -> None:
    for picture in made.pictures:
        storage.store().put(storage.rendition_key(prefix, picture.name), picture.data, picture.content_type)
        reach("process.rendition_written")
    reach("process.renditions_written")


def _commit_ready(media_id: int, prefix: str, made: Developed) -> None:
    with transaction.atomic():
        media = Media.objects.select_for_update().get(pk=media_id)
        if media.state != Media.State.PROCESSING or media.prefix != prefix:
            return  # somebody else was first
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
        media.save(update_fields=["width", "height", "blurhash", "duration", "progress", "state"])
        events.record("media_ready", media_id=media_id)


def fail(*, media_id: int, code: str, detail: str) -> None:
    """Ends the processing of a media that cannot be shown; its original stays."""
    with transaction.atomic():
        failed = Media.objects.filter(pk=media_id, state=Media.State.PROCESSING).update(
            state=Media.State.FAILED, error_code=code, error_detail=detail, progress=None
        )
        if failed:
            events.record("media_failed", media_id=media_id)


# -- What other rooms do with media ------------------------------------------------------------------
def attach(*, owner: AbstractBaseUser, media_ids: Sequence[int]) -> list[Media]:
    """The person's media in the given order, now shown once more; in the caller's transaction.

    Locks them and their blobs, so that no purge is under way; before that their owner, whom whoever attaches will write
    as well (counts, avatar): people first, then media, or two at once wait for each other. `Invalid("media", …)` for
    one given twice, for one that is not theirs or not there any more, and for one that failed.
    """
    if len(set(media_ids)) != len(media_ids):
        raise Invalid("media", "duplicate", "A media is named twice")
    get_user_model()._base_manager.select_for_update(no_key=True, of=("self",)).only("pk").get(pk=owner.pk)
    rows = Media.objects.owned_by(owner).select_related("blob").select_for_update(of=("self", "blob"))
    found = {media.pk: media for media in rows.filter(pk__in=media_ids).order_by("pk")}
    for media_id in media_ids:
        _check_attachable(found.get(media_id), media_id)
    Media.objects.filter(pk__in=media_ids).update(references=F("references") + 1, released_at=None)
    return [found[media_id] for media_id in media_ids]


def _check_attachable(media: Media | None, media_id: int) -> None:
    if media is None or media.blob.state != Blob.State.STORED:
        raise Invalid("media", "not_found", f"You have no media {media_id}")
    if media.state == Media.State.FAILED:
        raise Invalid("media", "media_failed", f"Media {media_id} could not be processed: {media.error_detail}")


def release(*, media_ids: Sequence[int]) -> None:
    """Says that these are shown once less; in the caller's transaction. Their bytes stay for the grace period."""
    rows = Media.objects.filter(pk__in=media_ids)
    rows.update(references=Greatest(F("references") - 1, 0))
    rows.filter(references=0).update(released_at=timezone.now())


def withdraw(*, media_id: int) -> None:
    """Ends every address of a media at once (a take-down): its renditions move to a folder with another name."""
    media = Media.objects.prefetch_related("renditions").get(pk=media_id)
    old, new = media.prefix, secrets.token_urlsafe(24)
    names = [rendition.name for rendition in media.renditions.all()]
    storage.move_renditions(old, new, names)
    Media.objects.filter(pk=media_id, prefix=old).update(prefix=new)
    storage.remove_renditions(old, names)


# -- The owner's own ---------------------------------------------------------------------------------
@transaction.atomic
def edit_alt_text(*, media: Media, alt_text: str) -> Media:
    """Says in words what a media shows."""
    media.alt_text = alt_text
    media.save(update_fields=["alt_text"])
    events.record("alt_text_edited", media_id=media.pk)
    return media


def delete(*, media: Media) -> None:
    """Takes a media away from its owner's sight. The bytes stay for the grace period; `media_in_use` while attached."""
    with transaction.atomic():
        row = Media.objects.select_for_update().get(pk=media.pk)
        if row.references:
            raise Problem("media_in_use")
        row.deleted_at = row.deleted_at or timezone.now()
        row.save(update_fields=["deleted_at"])


# -- House-keeping -----------------------------------------------------------------------------------
def resume_stuck(*, older_than: timedelta, give_up_after: timedelta) -> int:
    """Records again what is `processing` for too long; fails what is for very long. Says how many were resumed."""
    now = timezone.now()
    stuck = Media.objects.filter(state=Media.State.PROCESSING, deleted_at__isnull=True)
    for media_id in stuck.filter(created_at__lt=now - give_up_after).values_list("pk", flat=True):
        gave_up = Undevelopable("gave_up")
        fail(media_id=media_id, code=gave_up.code, detail=gave_up.detail)
    lost = stuck.filter(created_at__lt=now - older_than).exclude(pk__in=_awaited())
    with transaction.atomic():
        rows = list(lost.values_list("pk", "kind"))
        for media_id, kind in rows:
            events.record(kind_named(kind).received, media_id=media_id)
    return len(rows)


def _awaited() -> list[int]:
    """The media that some fact still brings to a worker: they wait in a queue, or one is at it. Nobody lost them."""
    facts = Fact.objects.filter(name__in=[kind.received for kind in KINDS])
    under_way = Q(expanded_at__isnull=True) | Q(deliveries__done_at__isnull=True, deliveries__dead_at__isnull=True)
    return [payload["media_id"] for payload in facts.filter(under_way).values_list("payload", flat=True)]


def abandon_uploads(*, older_than: timedelta) -> int:
    """Marks uploads that nobody came back for as failed; says how many. What they stored waits for the purge."""
    now = timezone.now()
    cut_short = Media.objects.filter(state=Media.State.RECEIVING, created_at__lt=now - older_than)
    return cut_short.update(
        state=Media.State.FAILED,
        error_code="abandoned",
        error_detail="The upload was cut short and not taken up again.",
        deleted_at=now,
        idempotency_key=None,
    )


def forget_keys(*, older_than: timedelta) -> int:
    """Clears idempotency keys whose day is over; says how many."""
    old = Media.objects.filter(idempotency_key__isnull=False, created_at__lt=timezone.now() - older_than)
    return old.exclude(state=Media.State.RECEIVING).update(idempotency_key=None)
