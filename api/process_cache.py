"""What a process keeps of cards, within a bound in bytes."""

import threading
import zlib
from collections import deque
from collections.abc import Hashable
from typing import Generic, TypeVar

ENTRY_BYTES, PART_BYTES = 400, 40  # what Python needs around an entry, and around each of its parts
MAX_LOOKS = 16
Key = TypeVar("Key", bound=Hashable)


class Entry:
    """A card: packed, and what stands between its slots under the tokens of one time (`claim`).

    Tokens end within the hour, so a card's parts are made anew from what is packed, which takes a third of their room.
    """

    __slots__ = ("claim", "packed", "parts", "referenced")

    def __init__(self, packed: bytes, claim: str, parts: list[bytes]) -> None:
        self.packed, self.claim, self.parts = packed, claim, parts
        self.referenced = False

    @property
    def size(self) -> int:
        """Bytes, roughly."""
        return ENTRY_BYTES + len(self.packed) + sum(map(len, self.parts)) + PART_BYTES * len(self.parts)


def pack(template: bytes) -> bytes:
    """A third of the bytes, in some 20 µs."""
    return zlib.compress(template, 1)


def unpack(packed: bytes) -> bytes:
    """What was packed, in some 6 µs. Raises `zlib.error`."""
    return zlib.decompress(packed)


class ProcessCache(Generic[Key]):
    """The cards of this process, at most `max_bytes` of them. What was not asked for lately makes room for others.

    CLOCK: whoever makes room goes round the entries in the order of their arrival and passes by those that were asked
    for since it last came. So looking something up takes no lock and moves nothing.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.clear()

    def clear(self) -> None:
        self._entries: dict[Key, Entry] = {}
        self._round: deque[Key] = deque()
        self.bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Key) -> Entry | None:
        found = self._entries.get(key)
        if found is not None:
            found.referenced = True
        return found

    def put(self, key: Key, entry: Entry) -> None:
        with self._lock:
            before = self._entries.get(key)
            if before is None:
                self._round.append(key)
            else:
                entry.referenced = before.referenced
            self._entries[key] = entry
            self.bytes += entry.size - (before.size if before is not None else 0)
            while self.bytes > self.max_bytes:
                self._evict_one()

    def _evict_one(self) -> None:
        """The first that was not asked for; after so many looks whatever is next, for the others wait meanwhile."""
        for _ in range(MAX_LOOKS):
            entry = self._entries[self._round[0]]
            if not entry.referenced:
                break
            entry.referenced = False
            self._round.rotate(-1)
        self.bytes -= self._entries.pop(self._round.popleft()).size
