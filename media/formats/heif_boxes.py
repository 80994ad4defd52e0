"""The `meta` box of a HEIC or AVIF: its items, their properties, and how they refer to each other.

Bounded: one `meta` box of at most 4 MiB, and at most MAX_BOXES boxes a level.
"""

import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, NamedTuple

from media.formats.errors import CorruptFile
from media.formats.isobmff import iter_boxes

MAX_BOXES = 4096
_MAX_META_BYTES = 4 * 1024 * 1024
Property = tuple[bytes, bytes]  # name and contents of a box
Reference = tuple[bytes, int, list[int]]  # name, from which item, to which items


class Item(NamedTuple):
    """A picture, or what is said of one."""

    number: int
    kind: bytes
    is_hidden: bool


class Meta:
    """What the `meta` box says."""

    def __init__(self, file: IO[bytes]) -> None:
        """`CorruptFile` for a file without one."""
        self.boxes = _first_of_each(_children(_meta(file)))
        self.primary = _primary(self.boxes.get(b"pitm", b""))
        self.items = list(_items(self.boxes.get(b"iinf", b"")))
        self.references = list(_references(self.boxes.get(b"iref", b"")))
        properties = list(_children(self.boxes.get(b"iprp", b"")))
        self._properties = list(_children(_first_of_each(properties).get(b"ipco", b"")))
        self._numbers: dict[int, list[int]] = {}
        for body in (body for name, body in properties if name == b"ipma"):
            for item, numbers in _associations(body):
                self._numbers.setdefault(item, numbers)

    def properties_of(self, item: int) -> list[Property]:
        """The properties of an item, in their order."""
        known = self._properties
        return [known[number - 1] for number in self._numbers.get(item, []) if 0 < number <= len(known)]

    def made_of(self, item: int) -> list[list[int]]:
        """The items that each reference names from which this one is derived (its tiles)."""
        return [to for name, of, to in self.references if name == b"dimg" and of == item and to]


def _meta(file: IO[bytes]) -> bytes:
    """The contents of the `meta` box."""
    end = file.seek(0, io.SEEK_END)
    file.seek(0)
    for name, start, stop in iter_boxes(file, end):
        if name == b"meta" and stop - start <= _MAX_META_BYTES:
            file.seek(start)
            return file.read(stop - start)[4:]
    raise CorruptFile("The file holds no picture")


def _children(data: bytes) -> Iterator[Property]:
    """Name and contents of each box."""
    for name, start, stop in islice(iter_boxes(io.BytesIO(data), len(data)), MAX_BOXES):
        yield name, data[start:stop]


def _first_of_each(boxes: Iterable[Property]) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for name, body in boxes:
        found.setdefault(name, body)
    return found


def _primary(body: bytes) -> int:
    if len(body) < 6:
        return 0
    return int.from_bytes(body[4:6] if body[0] == 0 else body[4:8])


def _associations(body: bytes) -> Iterator[tuple[int, list[int]]]:
    """Items, each with the numbers of its properties (`ipma`), counted from 1, in their order."""
    reader = io.BytesIO(body)
    head = reader.read(8).ljust(8, b"\0")
    id_bytes, number_bytes = (4 if head[0] else 2), (2 if head[3] & 1 else 1)
    for _ in range(min(int.from_bytes(head[4:8]), MAX_BOXES)):
        if reader.tell() >= len(body):
            return
        item, count = int.from_bytes(reader.read(id_bytes)), int.from_bytes(reader.read(1))
        numbers = [int.from_bytes(reader.read(number_bytes)) for _ in range(count)]
        yield item, [number & (0x7FFF if number_bytes == 2 else 0x7F) for number in numbers]


def _items(body: bytes) -> Iterator[Item]:
    for name, entry in _children(body[6:] if body[:1] == b"\0" else body[8:]):
        if name == b"infe" and len(entry) >= 12 and entry[0] >= 2:
            id_bytes = 2 if entry[0] == 2 else 4
            yield Item(int.from_bytes(entry[4 : 4 + id_bytes]), entry[6 + id_bytes : 10 + id_bytes], bool(entry[3] & 1))


def _references(body: bytes) -> Iterator[Reference]:
    id_bytes = 4 if body[:1] == b"\1" else 2
    for name, data in _children(body[4:]):
        of, count = int.from_bytes(data[:id_bytes]), int.from_bytes(data[id_bytes : id_bytes + 2])
        start = id_bytes + 2
        ends = range(start, min(len(data), start + count * id_bytes), id_bytes)
        yield name, of, [int.from_bytes(data[at : at + id_bytes]) for at in ends]
