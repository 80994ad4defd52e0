"""A folder of this machine as the store."""

import contextlib
import mmap
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.storage import FileSystemStorage

from api.file_ownership import inherit_owner
from media.stores import marker, upload_tokens
from media.stores.interface import CHUNK, Digest, Exists, Missing, PresignedUpload, Unavailable, digest_of


class Unmarked(Unavailable):
    """The folder lacks the mark of one where media are kept."""


@contextlib.contextmanager
def _failing_clearly() -> Iterator[None]:
    """Turns errors of the disk (full, read-only, gone) into `Unavailable`, a 503."""
    try:
        yield
    except FileNotFoundError:
        raise Missing("A file is not where it should be") from None
    except OSError as error:
        raise Unavailable(f"The disk refuses: {error.strerror}") from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class LocalStore:
    """Files below the storage's folder, synced to the disk before the call returns."""

    def __init__(self, storage: FileSystemStorage) -> None:
        self.root = Path(storage.path("")).resolve()
        self.storage = storage

    def path(self, key: str) -> Path:
        """The file of a key; keys that would leave the folder raise SuspiciousFileOperation."""
        return Path(self.storage.path(key))

    @property
    def is_marked(self) -> bool:
        """Whether this is a folder where media are kept, and not an empty one where its volume should be mounted."""
        return marker.is_marked(self.root)

    def mark(self) -> None:
        with _failing_clearly():
            marker.mark(self.root)

    def _require_mark(self) -> None:
        if not self.is_marked:
            raise Unmarked("The folder of media lacks its mark: is its volume mounted?")

    def put_new(self, key: str, file: IO[bytes], digest: Digest, content_type: str) -> None:
        self._require_mark()
        path = self.path(key)
        with _failing_clearly():
            self._make_folder(path.parent)
            try:
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
            except FileExistsError:
                raise Exists(key) from None
            try:
                inherit_owner(path)
                self._write(handle, file)
                self._require_mark()  # still there: nothing was unmounted meanwhile
            except BaseException:
                path.unlink(missing_ok=True)  # a partial file that was never acknowledged
                raise
            _sync_folder(path.parent)

    def _write(self, handle: int, file: IO[bytes]) -> None:
        file.seek(0)
        with os.fdopen(handle, "wb") as target:
            shutil.copyfileobj(file, target, CHUNK)
            target.flush()
            os.fsync(target.fileno())

    def _make_folder(self, folder: Path) -> None:
        missing = [parent for parent in [folder, *folder.parents] if not parent.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        for made in reversed(missing):
            inherit_owner(made)
            _sync_folder(made.parent)

    @contextlib.contextmanager
    def _replacing(self, path: Path, prefix: str) -> Iterator[IO[bytes]]:
        """A new file that takes the place of the one at `path` when the block ends without an error."""
        self._require_mark()
        with _failing_clearly():
            self._make_folder(path.parent)
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=prefix, delete=False) as file:
                try:
                    yield file
                    file.flush()
                    inherit_owner(Path(file.name))
                    os.replace(file.name, path)
                except BaseException:
                    os.unlink(file.name)
                    raise

    def put(self, key: str, data: bytes | mmap.mmap, content_type: str) -> None:
        path = self.path(key)
        with self._replacing(path, ".writing-") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with _failing_clearly():
            _sync_folder(path.parent)

    def digest(self, key: str) -> Digest | None:
        try:
            with self.open(key) as file:
                return digest_of(file)
        except Missing:
            return None

    def open(self, key: str) -> IO[bytes]:
        try:
            with _failing_clearly():
                return self.path(key).open("rb")
        except Missing:
            self._require_mark()  # without which nothing is known to be missing
            raise

    def copy(self, key: str, to: str) -> None:
        path = self.path(to)
        with self.open(key) as file, self._replacing(path, ".writing-") as target:
            shutil.copyfileobj(file, target, CHUNK)  # a film does not fit in memory several times
            target.flush()
            os.fsync(target.fileno())
        with _failing_clearly():
            _sync_folder(path.parent)

    def delete(self, key: str) -> None:
        self._require_mark()
        with _failing_clearly():
            path = self.path(key)
            path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # only an empty folder goes
                path.parent.rmdir()

    def probe(self) -> None:
        if self.root.exists() and not os.access(self.root, os.W_OK):
            raise Unavailable("The folder of media cannot be written to")

    def presign_upload(self, key: str, digest: Digest, seconds: int) -> PresignedUpload:
        """The API itself takes the file, with an upload token in the place of a log-in."""
        upload_token = upload_tokens.UploadToken(key, digest.size, digest.sha256)
        url = f"{settings.PYSTAGRAM_URL}{settings.MEDIA_URL}incoming/{upload_tokens.sign(upload_token)}"
        return PresignedUpload(url, {"Content-Length": str(digest.size)})

    def receive(self, key: str, chunks: Iterable[bytes]) -> None:
        """Writes what a client sends. Not synced: `complete` is what makes it durable."""
        with self._replacing(self.path(key), ".receiving-") as file:
            file.writelines(chunks)

    def keys(self, prefix: str) -> Iterator[str]:
        start = self.root / prefix
        folder = start if prefix.endswith("/") else start.parent
        for parent, folders, files in os.walk(folder):
            folders.sort()
            for name in sorted(files):
                key = (Path(parent) / name).relative_to(self.root).as_posix()
                if key.startswith(prefix):
                    yield key
