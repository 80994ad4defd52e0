"""Bodies that are kept in memory: JSON and forms. Bounded in size, number and time."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from granian.rsgi import HTTPProtocol, ProtocolClosed

from api.server.chunks import CUT_OFF, chunks_of
from api.server.environ import Environ, declared_length, set_length
from api.server.refusal import Refused

SECONDS = 20.0  # for all of a body
# Of each process at once: together at most 64 + 64 MiB. Most bodies are small, and have their places for themselves.
SMALL_BYTES, MAX_SMALL = 64 * 1024, 1024
MAX_LARGE = 64


class WaitingRoom:
    """At most so many bodies are awaited at once: when one more comes, the one awaited for longest is given up.

    A body that is sent at once is here within milliseconds, so it is the slow ones that make room.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.waiting: dict[asyncio.Timeout, None] = {}

    @contextmanager
    def entered(self, timeout: asyncio.Timeout) -> Iterator[None]:
        if len(self.waiting) >= self.capacity:
            oldest = next(iter(self.waiting))
            del self.waiting[oldest]
            oldest.reschedule(0)
        self.waiting[timeout] = None
        try:
            yield
        finally:
            self.waiting.pop(timeout, None)


class Bodies:
    """Receives the bodies of one process, each of at most `max_bytes`."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.small, self.large = WaitingRoom(MAX_SMALL), WaitingRoom(MAX_LARGE)

    async def receive(self, protocol: HTTPProtocol, environ: Environ) -> bytes:
        """The whole body, with its length noted in the environ. Raises `Refused`: too_large, too_slow, parse_error."""
        length = declared_length(environ)
        if length == 0:
            return b""
        if length is not None and length > self.max_bytes:
            raise Refused("too_large")
        room = self.small if length is not None and length <= SMALL_BYTES else self.large
        try:
            async with asyncio.timeout(SECONDS) as timeout:
                with room.entered(timeout):
                    body = await (self._collect(protocol) if length is None else protocol())
        except TimeoutError:
            raise Refused("too_slow") from None
        except ProtocolClosed:
            raise Refused("parse_error", CUT_OFF) from None
        set_length(environ, len(body))
        return body

    async def _collect(self, protocol: HTTPProtocol) -> bytes:
        body = bytearray()
        async for chunk in chunks_of(protocol):
            body += chunk
            if len(body) > self.max_bytes:
                raise Refused("too_large")
        return bytes(body)
