"""Bodies that hold files, received into a temporary file before a thread reads them. Bounded in number, room, time."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import IO

from granian.rsgi import HTTPProtocol

from api.server.chunks import chunks_of
from api.server.environ import Environ, declared_length, set_length
from api.server.refusal import Refused

MAX_AT_ONCE, MAX_PER_CLIENT = 64, 16  # of each process
MAX_BYTES_AT_ONCE = 4 * 1024**3  # of each process, on the disk of TMPDIR
SILENT_SECONDS = 30.0  # between two chunks
GRACE_SECONDS = 30.0  # after which the slowest rate counts
MIN_BYTES_PER_SECOND = 1024
# When there is no room, who has been slower than this since it began, so long ago, makes some.
SLOW_BYTES_PER_SECOND, CHANCE_SECONDS = 16 * 1024, 5.0
MAX_SECONDS = 3600.0  # the largest file on a slow line
WRITE_BYTES = 256 * 1024
RETRY_AFTER_SECONDS = 5


class Transfer:
    """A file that is on its way."""

    def __init__(self, client: str, bound: int, timeout: asyncio.Timeout) -> None:
        self.client, self.bound, self.timeout = client, bound, timeout
        self.received, self.started_at = 0, time.monotonic()
        self.given_up = False
        self.buffer = bytearray()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started_at

    @property
    def rate(self) -> float:
        """Bytes a second so far."""
        return self.received / max(self.seconds, 0.001)

    def note(self, count: int) -> None:
        """Raises `Refused` for too much and for too slow."""
        self.received += count
        if self.received > self.bound:
            raise Refused("too_large")
        if self.given_up or (self.seconds > GRACE_SECONDS and self.rate < MIN_BYTES_PER_SECOND):
            raise Refused("too_slow")
        left = self.started_at + MAX_SECONDS - time.monotonic()
        self.timeout.reschedule(asyncio.get_running_loop().time() + min(SILENT_SECONDS, left))


class Spool:
    """Receives the files of one process: bodies of at most `max_bytes`, or of at most `max_declared` where the length
    is declared, so that whoever is asked before the body comes can refuse it."""

    def __init__(self, max_bytes: int, max_declared: int = 0) -> None:
        self.max_bytes, self.max_declared = max_bytes, max(max_bytes, max_declared)
        self.transfers: set[Transfer] = set()
        self.disk = ThreadPoolExecutor(2, thread_name_prefix="spool")  # a busy disk must not stop the loop

    @asynccontextmanager
    async def received(
        self, protocol: HTTPProtocol, environ: Environ, client: str, *, keeps_part: bool = False
    ) -> AsyncIterator[IO[bytes]]:
        """The body of this client as a file at its beginning, its length noted in the environ. Raises `Refused`.

        With `keeps_part` what came of a body that broke off, or stopped coming, is a body.
        """
        length = declared_length(environ)
        if length is not None and length > self.max_declared:
            raise Refused("too_large")
        with tempfile.TemporaryFile(buffering=0) as file:
            try:
                size = await self._collect(protocol, file, client, length, keeps_part)
            except TimeoutError:
                raise Refused("too_slow") from None
            except OSError as error:
                detail = f"No room to receive the file: {error.strerror}"
                raise Refused("storage_unavailable", detail, retry_after=RETRY_AFTER_SECONDS) from error
            set_length(environ, size)
            file.seek(0)
            yield file

    async def _collect(
        self, protocol: HTTPProtocol, file: IO[bytes], client: str, length: int | None, keeps_part: bool
    ) -> int:
        """Writes the body to the file; how many bytes it was."""
        transfer = None
        try:
            async with asyncio.timeout(SILENT_SECONDS) as timeout:
                transfer = Transfer(client, self.max_bytes if length is None else length, timeout)
                await self._receive(protocol, file, transfer)
        except (TimeoutError, Refused) as error:
            if not keeps_part or transfer is None or not transfer.received or _is_of_another_kind(error):
                raise
        await self._write(file, transfer.buffer)
        return transfer.received

    async def _receive(self, protocol: HTTPProtocol, file: IO[bytes], transfer: Transfer) -> None:
        self._make_room(transfer)
        self.transfers.add(transfer)
        try:
            async for chunk in chunks_of(protocol):
                transfer.note(len(chunk))
                transfer.buffer += chunk
                if len(transfer.buffer) >= WRITE_BYTES:
                    await self._write(file, transfer.buffer)
        finally:
            self.transfers.discard(transfer)

    async def _write(self, file: IO[bytes], buffer: bytearray) -> None:
        data = bytes(buffer)
        buffer.clear()
        await asyncio.get_running_loop().run_in_executor(self.disk, _write_all, file, data)

    def _make_room(self, newcomer: Transfer) -> None:
        """Gives up the slowest of the transfers that had their chance; `busy` if there is none.

        A client that has its share of them makes room itself.
        """
        while rivals := self._rivals(newcomer):
            slow = [transfer for transfer in rivals if transfer.rate < SLOW_BYTES_PER_SECOND]
            old = [transfer for transfer in slow if transfer.seconds > CHANCE_SECONDS]
            if not old:
                raise Refused("busy", "Too many files are being received", retry_after=RETRY_AFTER_SECONDS)
            slowest = min(old, key=lambda transfer: transfer.rate)
            self.transfers.discard(slowest)
            slowest.given_up = True
            slowest.timeout.reschedule(0)

    def _rivals(self, newcomer: Transfer) -> list[Transfer]:
        """Of which one must go before the newcomer can come; none if there is room."""
        own = [transfer for transfer in self.transfers if transfer.client == newcomer.client]
        if len(own) >= MAX_PER_CLIENT:
            return own
        bytes_expected = sum(transfer.bound for transfer in self.transfers) + newcomer.bound
        is_full = len(self.transfers) >= MAX_AT_ONCE or bytes_expected > MAX_BYTES_AT_ONCE
        return list(self.transfers) if is_full else []


def _is_of_another_kind(error: Exception) -> bool:
    """Not that the bytes stopped coming."""
    return isinstance(error, Refused) and error.code not in {"parse_error", "too_slow"}


def _write_all(file: IO[bytes], data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]
