"""Restoring a backup: the database, then every object, each read back and compared with what was copied."""

import mimetypes
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from media.models import Blob
from media.stores import layout
from media.stores.interface import Digest, Exists, digest_of
from media.stores.local import LocalStore
from operations.backups import postgres
from operations.backups.folder import Folder, Refused, Summary, digest_at
from operations.backups.retry import retry_with_backoff
from operations.backups.taking import Progress, unsound

BATCH = 200


def check(root: Path, *, progress: Progress) -> Iterator[str]:
    """Whether a backup could be restored, without doing so: reads every byte of it, and yields what is wrong."""
    folder = Folder(root)
    _sound_dump(folder)
    manifest = folder.manifest()
    for key in progress(sorted(manifest)):
        yield from _compared(key, digest_at(folder.file_of(key)), manifest[key])


def restore(root: Path, *, over: bool, progress: Progress) -> Iterator[str]:
    """Puts a backup into the configured database and storage, and yields what is wrong.

    Both must be empty unless `over`: then tables are replaced, and objects that stand there already must be the same.
    `Refused` before anything is changed. One bad object does not keep the others from being restored.
    """
    folder = Folder(root)
    summary = _sound_dump(folder)
    if not over:
        _refuse_used()
    postgres.restore(root / summary.dump)
    store = layout.store()
    if isinstance(store, LocalStore):
        store.mark()  # the operator says that this is the folder
    manifest = folder.manifest()
    keys = iter(progress(sorted(manifest)))
    while batch := list(islice(keys, BATCH)):
        yield from _place_all(folder, batch, manifest)
    yield from _miscounted(summary)
    yield from unsound(postgres.stored_originals(), manifest)


def _sound_dump(folder: Folder) -> Summary:
    summary = folder.summary()
    if digest_at(folder.root / summary.dump) != Digest(summary.dump_size, summary.dump_sha256):
        raise Refused(f"{folder.root / summary.dump} is damaged or missing.")
    if len(folder.manifest()) < summary.objects:
        raise Refused(f"The list of objects has fewer than the {summary.objects} that were copied.")
    return summary


def _refuse_used() -> None:
    if not postgres.is_empty():
        raise Refused("The database is not empty. --over replaces what is in it.")
    store = layout.store()
    if any(True for prefix in (layout.ORIGINALS, layout.RENDITIONS) for _ in store.keys(prefix)):
        raise Refused("The media storage is not empty. --over adds to what is there.")


def _place_all(folder: Folder, keys: list[str], manifest: dict[str, Digest]) -> Iterator[str]:
    types = dict(Blob.objects.filter(key__in=keys).values_list("key", "content_type"))
    for key in keys:
        content_type = types.get(key) or mimetypes.guess_type(key)[0] or "application/octet-stream"
        yield from retry_with_backoff(partial(_placed, key, folder.file_of(key), manifest[key], content_type))


def _placed(key: str, path: Path, digest: Digest, content_type: str) -> list[str]:
    """Stores one object and reads it back; what is wrong with it."""
    try:
        with path.open("rb") as file:
            faults = list(_compared(key, digest_of(file), digest))
            if faults:
                return faults
            layout.store().put_new(key, file, digest, content_type)
    except FileNotFoundError:
        return [f"missing: {key} is not in the backup"]
    except Exists:  # an earlier try got this far, or something else stands there
        pass
    same = layout.store().digest(key) == digest
    return [] if same else [f"damaged: {key} in the storage is not what the backup has"]


def _compared(key: str, held: Digest | None, wanted: Digest) -> Iterator[str]:
    if held is None:
        yield f"missing: {key} is not in the backup"
    elif held != wanted:
        yield f"damaged: {key} in the backup is not what was copied"


def _miscounted(summary: Summary) -> Iterator[str]:
    now = postgres.rows_by_table()
    for table, count in summary.tables.items():
        if now.get(table) != count:
            yield f"rows: {table} has {now.get(table, 0)} of {count}"
