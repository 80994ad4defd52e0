"""Taking a backup: the database first, then the objects.

In this order everything that the dump refers to is already stored when the objects are copied, and stays, because
nothing but a purge removes originals, and a purge and a backup exclude each other. What is uploaded meanwhile is more
than the dump knows: harmless. The other way round the dump would know of objects that were not copied.
"""

import contextlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TextIO

from django.conf import settings

from media.stores import layout
from media.stores.interface import Digest, Missing
from media.stores.locks import no_other
from operations.backups import postgres
from operations.backups.folder import MANIFEST, Folder, Refused, Summary, digest_at
from operations.backups.retry import retry_with_backoff

Progress = Callable[[list[str]], Iterable[str]]
HALF_WRITTEN = ".writing-"


def all_keys() -> list[str]:
    """The keys of all originals, their sidecars, and renditions."""
    store = layout.store()
    keys = [*store.keys(layout.ORIGINALS), *store.keys(layout.RENDITIONS)]
    return [key for key in keys if HALF_WRITTEN not in key]


def back_up(root: Path, *, prune: bool, reread: bool = True, progress: Progress) -> tuple[Summary, list[str]]:
    """Brings the backup in a folder up to date; the summary, and the originals that the store has lost or spoiled.

    With `reread` every original that was copied before is read again, so that one that rotted since is noticed now
    rather than by the next `check_media`. `prune` removes objects that neither store nor database has any more.
    `Refused`, `Busy` or `Unavailable`: the last backup is still whole.
    """
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder, name = Folder(root), f"database-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.dump"
    with no_other() as still_alone:
        dumped = postgres.dump(root / name)
        keys = all_keys()
        copying = Copying(folder, dumped.originals, reread)
        manifest = copying.copy(keys, progress)
        still_alone()
    if prune:
        manifest = _pruned(folder, manifest, {*keys, *dumped.originals})
    summary = _summary(root, name, dumped, manifest)
    folder.complete(summary)
    return summary, [*copying.changed_since(keys), *unsound(dumped.originals, manifest)]


class Copying:
    """Copies what a backup has not. An earlier copy that the database vouches for is never replaced."""

    def __init__(self, folder: Folder, originals: dict[str, Digest], reread: bool) -> None:
        self.folder, self.originals, self.reread = folder, originals, reread
        self.have = folder.manifest()
        self.damaged: list[str] = []

    def copy(self, keys: list[str], progress: Progress) -> dict[str, Digest]:
        """Size and hash of everything that the backup has afterwards."""
        self.folder.rewrite(self.have)  # without a line that was cut short
        with (self.folder.root / MANIFEST).open("a") as manifest:
            for key in progress(keys):
                if not self._is_held(key):
                    with contextlib.suppress(Missing):  # a rendition may have moved meanwhile
                        self.have[key] = retry_with_backoff(partial(_copied, self.folder, key, manifest))
                elif self.reread and key in self.originals:
                    self._look_again(key)
        return self.have

    def _is_held(self, key: str) -> bool:
        """Objects keep their content, so a sound copy need not be made again."""
        held = self.have.get(key)
        return held is not None and held == self.originals.get(key, held) and _is_there(self.folder, key, held)

    def _look_again(self, key: str) -> None:
        if retry_with_backoff(lambda: layout.store().digest(key)) != self.originals[key]:
            self.damaged.append(key)

    def changed_since(self, keys: list[str]) -> list[str]:
        """The originals that the backup has and the store has not any more, or not as they were."""
        lost = (self.originals.keys() & self.have.keys()) - set(keys)
        return [
            *(f"missing: {key} in the storage; the backup has it" for key in sorted(lost)),
            *(f"damaged: {key} in the storage; the backup has it" for key in sorted({*self.damaged} - lost)),
        ]


def _copied(folder: Folder, key: str, manifest: TextIO) -> Digest:
    with contextlib.closing(layout.store().open(key)) as source:
        return folder.add(key, source, manifest)


def _is_there(folder: Folder, key: str, digest: Digest) -> bool:
    try:
        return folder.file_of(key).stat().st_size == digest.size
    except FileNotFoundError:
        return False


def _pruned(folder: Folder, manifest: dict[str, Digest], keys: set[str]) -> dict[str, Digest]:
    kept = {key: digest for key, digest in manifest.items() if key in keys}
    folder.rewrite(kept)
    for key in manifest.keys() - kept.keys():
        folder.file_of(key).unlink(missing_ok=True)
    return kept


def _summary(root: Path, name: str, dumped: postgres.Dumped, manifest: dict[str, Digest]) -> Summary:
    digest = digest_at(root / name)
    if digest is None:
        raise Refused(f"{root / name} is gone.")
    return Summary(
        taken_at=dumped.at.isoformat(),
        pystagram=settings.VERSION,
        dump=name,
        dump_size=digest.size,
        dump_sha256=digest.sha256,
        tables=dumped.tables,
        objects=len(manifest),
        object_bytes=sum(one.size for one in manifest.values()),
    )


def unsound(originals: dict[str, Digest], manifest: dict[str, Digest]) -> list[str]:
    """The originals that the database lists and the backup lacks or has with other bytes."""
    wrong = [key for key, digest in originals.items() if manifest.get(key) != digest]
    return [f"{'damaged' if key in manifest else 'missing'}: {key}, as the database knows it" for key in sorted(wrong)]
