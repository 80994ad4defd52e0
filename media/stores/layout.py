"""Which store is in use, which key holds what, and the one durable way to write an original.

Originals stand under random keys, are never overwritten and never deleted by a request; beside each stands a sidecar
that says whose it is. Renditions can be made again and may be replaced.
"""

import contextlib
import io
import json
import re
import secrets
import tempfile
from collections.abc import Iterator
from typing import IO, Any

from django.core.files.storage import FileSystemStorage, storages
from storages.backends.s3 import S3Storage

from media.stores.interface import CHUNK, Digest, Exists, Forbidden, Missing, Store, Unavailable, digest_of
from media.stores.local import LocalStore
from media.stores.s3 import S3Store

__all__ = [
    "CHUNK",
    "Digest",
    "Missing",
    "Unavailable",
    "digest_of",
    "fresh_key",
    "put_original",
    "put_sidecar",
    "store",
]
ORIGINALS = "originals/"
RENDITIONS = "renditions/"
INCOMING = "incoming/"
ARCHIVES = "archives/"
DOCTOR = "doctor/"
_SIDECAR = re.compile(r"(?P<key>.+)\.(?P<media>[0-9]{1,19})\.json")


def store(alias: str = "default") -> Store:
    """The store that STORAGES names so: a folder or a bucket."""
    storage = storages[alias]
    if isinstance(storage, S3Storage):
        return S3Store(storage)
    if isinstance(storage, FileSystemStorage):
        return LocalStore(storage)
    raise TypeError(f"No store for {type(storage).__name__}: a folder or S3")


def public_store() -> Store:
    """The store in use by the address that clients reach it at."""
    return store("public" if "public" in storages.backends else "default")


def fresh_key() -> str:
    """A key for an original that nobody has used: random, spread over 256 folders."""
    name = secrets.token_hex(20)
    return f"{ORIGINALS}{name[:2]}/{name}"


def incoming_key() -> str:
    """A key for a file that its owner sends to the store by themselves."""
    return f"{INCOMING}{secrets.token_hex(20)}"


def sidecar_key(blob_key: str, media_id: int) -> str:
    """The key of one media's sidecar, beside the original that it may share with others."""
    return f"{blob_key}.{media_id}.json"


def parse_sidecar_key(key: str) -> tuple[str, int] | None:
    """The original's key and the media's id; None for another object."""
    match = _SIDECAR.fullmatch(key)
    return (match["key"], int(match["media"])) if match else None


def rendition_key(prefix: str, name: str) -> str:
    """Where a rendition stands."""
    return f"{RENDITIONS}{prefix[:2]}/{prefix}/{name}"


def archive_key(prefix: str, name: str) -> str:
    """Where an archive of somebody's data stands."""
    return f"{ARCHIVES}{prefix[:2]}/{prefix}/{name}"


def put_original(key: str, file: IO[bytes], digest: Digest, content_type: str) -> str:
    """Writes an original durably, reads it back, and returns its key.

    That is `key`, unless something else stands there (a try that was cut short): nothing is ever overwritten.
    `Unavailable` if the store fails or holds afterwards what it was not given.
    """
    try:
        store().put_new(key, file, digest, content_type)
    except Exists:
        if store().digest(key) == digest:
            return key  # written by an earlier attempt
        key = fresh_key()
        store().put_new(key, file, digest, content_type)
    return key


def verify(key: str, digest: Digest) -> bool:
    """Reads the object back and compares it: the store's reply is no proof."""
    return store().digest(key) == digest


def put_sidecar(blob_key: str, media_id: int, about: dict[str, Any]) -> None:
    """Writes the sidecar with owner, media and hash, so that the database can be rebuilt from the store."""
    data = json.dumps(about, sort_keys=True).encode()
    key = sidecar_key(blob_key, media_id)
    try:
        store().put_new(key, io.BytesIO(data), digest_of(io.BytesIO(data)), "application/json")
    except Exists:
        return  # written by an earlier attempt


def remove_original(key: str) -> None:
    """Removes an original and the notes beside it: for a purge alone."""
    for note in list(store().keys(f"{key}.")):
        store().delete(note)
    store().delete(key)


@contextlib.contextmanager
def spooled(source: Store, key: str) -> Iterator[IO[bytes]]:
    """A temporary file with the bytes under a key, at its beginning."""
    with tempfile.TemporaryFile() as file, contextlib.closing(source.open(key)) as stream:
        while chunk := stream.read(CHUNK):
            file.write(chunk)
        file.seek(0)
        yield file


def copy_rendition(prefix: str, to: str, name: str) -> None:
    """To another folder; `remove_renditions` of the old one completes a move. `Missing` for nothing."""
    store().copy(rendition_key(prefix, name), rendition_key(to, name))


def remove_renditions(prefix: str, names: list[str]) -> None:
    """Ends every address of these renditions at once. Credentials that may not delete leave empty objects there."""
    for name in names:
        _remove(rendition_key(prefix, name))


def remove_archive(key: str) -> None:
    """Removes an archive, which can be made again."""
    _remove(key)


def _remove(key: str) -> None:
    try:
        store().delete(key)
    except Forbidden:
        store().put(key, b"", "application/octet-stream")
