"""Bodies that are kept in memory: JSON and forms. Bounded in size, number, bytes and time."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from granian.rsgi import HTTPProtocol, ProtocolClosed

from api.server.chunks import CUT_OFF, chunks_of
from api.server.environ import Environ, declared_length, set_length
from api.server.refusal import Refused

SECONDS = 20.0  # for all of a body
# Awaited by each process at once. Most bodies are small, and have their places for themselves.
SMALL_BYTES, MAX_SMALL = 64 * 1024, 1024
MAX_LARGE = 64
# Of each process, for small and for large ones each: awaited, or here while their request waits or is answered.
MAX_BYTES_AT_ONCE = 64 * 1024**2
MAX_BYTES_PER_CLIENT = 16 * 1024**2
RETRY_AFTER_SECONDS = 2


@dataclass(eq=False)
class Place:
    """Room for one body."""

    client: str
    size: int
    timeout: asyncio.Timeout | None = None  # while the body is awaited


class Room:
    """At most so many bodies are awaited at once: when one more comes, the one awaited for longest is given up.

    A body that is sent at once is here within milliseconds, so it is the slow ones that make room. Their bytes are
    bounded together with those of bodies that are here until their requests are answered, which make none; a client
    with its share makes room itself.
    """

    def __init__(self, max_awaited: int) -> None:
        self.max_awaited = max_awaited
        self.places: dict[Place, None] = {}  # all
        self.awaited: dict[Place, None] = {}  # the oldest first
        self.bytes_of: Counter[str] = Counter()  # by client

    @contextmanager
    def taken(self, place: Place) -> Iterator[None]:
        """Raises `Refused` (busy) when there is no room, for this client or at all."""
        while self.bytes_of[place.client] + place.size > MAX_BYTES_PER_CLIENT:
            self._give_up(next((one for one in self.awaited if one.client == place.client), None))
        while self.bytes_of.total() + place.size > MAX_BYTES_AT_ONCE:
            self._give_up(next(iter(self.awaited), None))
        self.places[place] = None
        self.bytes_of[place.client] += place.size
        try:
            yield
        finally:
            self._leave(place)

    @contextmanager
    def awaiting(self, place: Place, timeout: asyncio.Timeout) -> Iterator[None]:
        """While the place's body is on its way."""
        if len(self.awaited) >= self.max_awaited:
            self._give_up(next(iter(self.awaited)))
        self.awaited[place], place.timeout = None, timeout
        try:
            yield
        finally:
            self.awaited.pop(place, None)

    def shrink(self, place: Place, size: int) -> None:
        """The body is here, and no larger than this."""
        if place in self.places:
            self.bytes_of[place.client] -= place.size - size
            place.size = size

    def _give_up(self, oldest: Place | None) -> None:
        """Its body is too slow; None: all bodies are here, and make no room."""
        if oldest is None:
            raise Refused("busy", "Too many large requests are waiting", retry_after=RETRY_AFTER_SECONDS)
        del self.awaited[oldest]
        self._leave(oldest)
        if oldest.timeout is not None:
            oldest.timeout.reschedule(0)

    def _leave(self, place: Place) -> None:
        if place in self.places:
            del self.places[place]
            self.bytes_of[place.client] -= place.size
            if not self.bytes_of[place.client]:
                del self.bytes_of[place.client]


class Bodies:
    """Receives the bodies of one process, each of at most `max_bytes`."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.small, self.large = Room(MAX_SMALL), Room(MAX_LARGE)

    @asynccontextmanager
    async def received(self, protocol: HTTPProtocol, environ: Environ, client: str) -> AsyncIterator[bytes]:
        """The whole body of this client, with its length noted in the environ; the block answers its request.

        Raises `Refused`: too_large, too_slow, parse_error, busy.
        """
        length = declared_length(environ)
        if length is not None and length > self.max_bytes:
            raise Refused("too_large")
        room = self.small if length is not None and length <= SMALL_BYTES else self.large
        place = Place(client, self.max_bytes if length is None else length)
        with room.taken(place):
            body = await self._receive(protocol, length, room, place)
            room.shrink(place, len(body))
            set_length(environ, len(body))
            yield body

    async def _receive(self, protocol: HTTPProtocol, length: int | None, room: Room, place: Place) -> bytes:
        try:
            async with asyncio.timeout(SECONDS) as timeout:
                with room.awaiting(place, timeout):
                    return await (self._collect(protocol) if length is None else protocol())
        except TimeoutError:
            raise Refused("too_slow") from None
        except ProtocolClosed:
            raise Refused("parse_error", CUT_OFF) from None

    async def _collect(self, protocol: HTTPProtocol) -> bytes:
        body = bytearray()
        async for chunk in chunks_of(protocol):
            body += chunk
            if len(body) > self.max_bytes:
                raise Refused("too_large")
        return bytes(body)
