"""Making the rows of media again from the notes beside their originals, where the database has lost them."""

import json
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from events import actions as events
from media.models import Blob, Media
from media.processing.kinds import kind_named
from media.stores.interface import Digest


class Note(NamedTuple):
    """What a sidecar says of one media."""

    media_id: int
    owner_id: int
    kind: str
    digest: Digest
    content_type: str
    alt_text: str
    created_at: datetime


def read_note(data: bytes) -> Note:
    """Raises ValueError for what is not the text of a sidecar."""
    try:
        found = json.loads(data)
        kind_named(found["kind"])
        return Note(
            int(found["media"]),
            int(found["owner"]),
            found["kind"],
            Digest(int(found["size"]), str(found["sha256"])),
            str(found["content_type"]),
            str(found["alt_text"]),
            datetime.fromisoformat(found["created_at"]),
        )
    except (KeyError, TypeError, StopIteration) as error:
        raise ValueError(f"not a sidecar: {type(error).__name__}") from error


@transaction.atomic
def rebuild(*, note: Note, key: str, prefix: str) -> bool:
    """Makes the row of a media whose original stands sound under `key`, and has its renditions made under `prefix`.

    An upload that the database knows as begun only is finished. False if there is nothing to do: the media is there, or
    its original is being purged.
    """
    media = Media.objects.select_for_update(of=("self",)).filter(pk=note.media_id).first()
    if media is not None and media.state != Media.State.RECEIVING:
        return False
    blob = _vouched(note, key)
    if blob is None:
        return False
    if media is None:
        media = Media(pk=note.media_id, owner_id=note.owner_id, kind=note.kind, alt_text=note.alt_text, prefix=prefix)
    media.blob, media.size, media.state, media.lease_until = blob, note.digest.size, Media.State.PROCESSING, None
    media.save()
    Media.objects.filter(pk=media.pk).update(created_at=note.created_at)
    events.record(kind_named(note.kind).received, media_id=media.pk)
    return True


def _vouched(note: Note, key: str) -> Blob | None:
    """The stored blob of these bytes; None for one that is being purged, which is never revived."""
    same = Blob.objects.select_for_update().filter(sha256=note.digest.sha256, size=note.digest.size)
    stored = same.filter(state=Blob.State.STORED).first()
    if stored is not None:
        return stored
    blob = Blob.objects.select_for_update().filter(key=key).first() or Blob(key=key)
    if blob.state == Blob.State.PURGING:
        return None
    blob.sha256, blob.size, blob.content_type = note.digest.sha256, note.digest.size, note.content_type
    blob.state, blob.stored_at = Blob.State.STORED, timezone.now()
    blob.save()
    return blob
