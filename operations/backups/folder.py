"""What a backup is on disk: `backup.json`, a dump of the database, `objects.tsv` and the objects themselves.

`backup.json` is replaced last, so the folder always holds one complete backup or none. Each line of `objects.tsv` is
written after its object, so a run that was cut short goes on where it stopped.
"""

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from django.utils._os import safe_join

from media.stores.interface import CHUNK, Digest, digest_of

SUMMARY, MANIFEST, OBJECTS = "backup.json", "objects.tsv", "objects"


class Refused(Exception):
    """The backup or restore was not started; the message says why. Nothing was changed."""


@dataclass(frozen=True)
class Summary:
    """What a backup holds. `tables` counts the rows that the dump has, table by table."""

    taken_at: str
    pystagram: str
    dump: str
    dump_size: int
    dump_sha256: str
    tables: dict[str, int]
    objects: int
    object_bytes: int


class Folder:
    """One backup's folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def file_of(self, key: str) -> Path:
        """Where the object of a key stands; keys that would leave the folder raise SuspiciousFileOperation."""
        return Path(safe_join(str(self.root / OBJECTS), key))

    def summary(self) -> Summary:
        """Of the complete backup in here. `Refused` if there is none."""
        try:
            return Summary(**json.loads((self.root / SUMMARY).read_text()))
        except FileNotFoundError:
            raise Refused(f"{self.root} holds no complete backup (there is no {SUMMARY}).") from None
        except (ValueError, TypeError):
            raise Refused(f"{self.root / SUMMARY} cannot be read.") from None

    def manifest(self) -> dict[str, Digest]:
        """Size and SHA-256 of every object that was copied. A line that was cut short does not count."""
        try:
            lines = (self.root / MANIFEST).read_text().split("\n")
        except FileNotFoundError:
            return {}
        cells = (line.split("\t") for line in lines[:-1])
        return {key: Digest(int(size), sha256) for sha256, size, key in (one for one in cells if len(one) == 3)}

    def add(self, key: str, source: IO[bytes], manifest: IO[str]) -> Digest:
        """Copies an object, safely on the disk before its line is."""
        path = self.file_of(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        with part.open("w+b") as file:
            while chunk := source.read(CHUNK):
                file.write(chunk)
            synced(file)
            digest = digest_of(file)
        part.rename(path)
        manifest.write(f"{digest.sha256}\t{digest.size}\t{key}\n")
        manifest.flush()
        return digest

    def rewrite(self, manifest: dict[str, Digest]) -> None:
        """Replaces the list of objects by this one."""
        with self.replacing(MANIFEST) as file:
            for key, digest in manifest.items():
                file.write(f"{digest.sha256}\t{digest.size}\t{key}\n")

    def complete(self, summary: Summary) -> None:
        """Makes this the current backup; removes the previous dump."""
        with self.replacing(SUMMARY) as file:
            json.dump(asdict(summary), file, indent=2)
            file.write("\n")
        for dump in self.root.glob("database-*.dump"):
            if dump.name != summary.dump:
                dump.unlink()

    @contextlib.contextmanager
    def replacing(self, name: str) -> Iterator[IO[Any]]:
        """Writes a text file that replaces another one atomically."""
        part = self.root / f"{name}.part"
        with part.open("w") as file:
            yield file
            synced(file)
        part.rename(self.root / name)


def synced(file: IO[Any]) -> None:
    file.flush()
    os.fsync(file.fileno())


def digest_at(path: Path) -> Digest | None:
    """Size and SHA-256 of a file, from every byte; None for nothing."""
    try:
        with path.open("rb") as file:
            return digest_of(file)
    except FileNotFoundError:
        return None
