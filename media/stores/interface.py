"""The interface of a media store."""

import hashlib
import mmap
from collections.abc import Iterator
from typing import IO, NamedTuple, Protocol

from api.problems import Problem

CHUNK = 256 * 1024
RETRY_AFTER_SECONDS = 5


class Unavailable(Problem):
    """The store does not answer, or not as it must: 503, try again."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("storage_unavailable", detail, retry_after=RETRY_AFTER_SECONDS)


class Missing(Unavailable):
    """A key of ours holds nothing. A 503 too: the row says that it should be there."""


class Forbidden(Unavailable):
    """The store knows the credentials, and they lack the right to this."""


class Exists(Exception):
    """The key is taken; nothing was written."""


class Digest(NamedTuple):
    """What a file is: its length in bytes and its SHA-256 in hexadecimal."""

    size: int
    sha256: str


class PresignedUpload(NamedTuple):
    """A presigned PUT of one file: the URL and the headers to send unchanged."""

    url: str
    headers: dict[str, str]


class Store(Protocol):
    """One folder or bucket. Every method raises `Unavailable` when the store fails."""

    def put_new(self, key: str, file: IO[bytes], digest: Digest, content_type: str) -> None:
        """Writes durably under a key nobody has used; `Exists` if somebody has."""

    def put(self, key: str, data: bytes | mmap.mmap, content_type: str) -> None:
        """Writes or replaces what can be made again."""

    def digest(self, key: str) -> Digest | None:
        """Size and SHA-256 of what is really there, from every byte; None for nothing."""

    def open(self, key: str) -> IO[bytes]:
        """A stream of the bytes; `Missing` for nothing."""

    def copy(self, key: str, to: str) -> None:
        """Copies what can be made again."""

    def delete(self, key: str) -> None:
        """Removes; nothing there is fine."""

    def probe(self) -> None:
        """Raises `Unavailable` if the store does not answer, or refuses the credentials."""

    def presign_upload(self, key: str, digest: Digest, seconds: int) -> PresignedUpload:
        """A presigned upload for a file of this size (and, unless it is empty, this SHA-256) under the key."""

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys that start with `prefix`, in order."""


def digest_of(file: IO[bytes]) -> Digest:
    """Hashes a file from its beginning, a chunk at a time, and leaves it at its beginning."""
    file.seek(0)
    sha256, size = hashlib.sha256(), 0
    while chunk := file.read(CHUNK):
        sha256.update(chunk)
        size += len(chunk)
    file.seek(0)
    return Digest(size, sha256.hexdigest())
