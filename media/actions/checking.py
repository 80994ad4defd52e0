"""Finding rot: every original is read and hashed again, and every object must belong to a row. Nothing is deleted."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from media.actions.sidecars import leave_key, write_sidecars
from media.models import Blob, Media
from media.stores import layout

BATCH = 200


class Finding(NamedTuple):
    """A fault found in the store. `problem`: missing, damaged, healed, orphan or lost_row."""

    problem: str
    key: str
    detail: str


def all_due(before: datetime) -> Iterator[Blob]:
    """The stored blobs that were not checked since `before`, longest unchecked first. Each must be checked in turn."""
    unchecked = Q(checked_at__isnull=True) | Q(checked_at__lt=before)
    rows = Blob.objects.filter(unchecked, state=Blob.State.STORED)
    while batch := list(rows.order_by(F("checked_at").asc(nulls_first=True), "pk")[:BATCH]):
        yield from batch


def check_blob(blob: Blob) -> Finding | None:
    """Hashes one original again and notes that it was checked; heals it from the second store if it is not sound."""
    wanted, held = layout.Digest(blob.size, blob.sha256), layout.store().digest(blob.key)
    finding = None if held == wanted else _broken(blob, held is None)
    Blob.objects.filter(pk=blob.pk).update(checked_at=timezone.now())
    return finding


def _broken(blob: Blob, missing: bool) -> Finding:
    problem, broken_key = ("missing" if missing else "damaged"), blob.key
    if "second" in settings.STORAGES and _heal(blob):
        return Finding("healed", broken_key, f"was {problem}; sound again under {blob.key}")
    media = ", ".join(str(pk) for pk in blob.media_set.values_list("pk", flat=True))
    return Finding(problem, broken_key, f"{blob.size} bytes of media {media or 'nobody'}")


def _heal(blob: Blob) -> bool:
    """Stores a sound copy from the second store under a fresh key; what is broken is left to the next purge."""
    wanted, second = layout.Digest(blob.size, blob.sha256), layout.store("second")
    if second.digest(blob.key) != wanted:
        return False
    with layout.spooled(second, blob.key) as file:
        key = layout.put_original(layout.fresh_key(), file, wanted, blob.content_type)
    if not layout.verify(key, wanted):
        return False
    write_sidecars(blob=blob, key=key)
    _move(blob, key)
    return True


@transaction.atomic
def _move(blob: Blob, key: str) -> None:
    left, blob.key = blob.key, key
    blob.save(update_fields=["key"])
    leave_key(blob=blob, key=left)


def strays() -> Iterator[Finding]:
    """Stored originals without a row, in batches."""
    keys = layout.store().keys(layout.ORIGINALS)
    while batch := list(islice(keys, BATCH)):
        yield from _strays_of(batch)


def _strays_of(keys: list[str]) -> Iterator[Finding]:
    notes = {key: parsed[1] for key in keys if (parsed := layout.parse_sidecar_key(key))}
    known = set(Blob.objects.filter(key__in=keys).values_list("key", flat=True))
    alive = set(Media.objects.filter(pk__in=notes.values()).values_list("pk", flat=True))
    for key in keys:
        if key in notes:
            if notes[key] not in alive:
                yield Finding("lost_row", key, "a note about a media that the database does not know")
        elif key not in known:
            yield Finding("orphan", key, "bytes that no row refers to")
