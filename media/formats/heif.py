"""The primary picture of a HEIC or AVIF: its colors, and how it is cropped and turned before it is shown.

Bounded: one `meta` box of at most 4 MiB, and at most MAX_BOXES boxes a level.
"""

import io
import struct
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, NamedTuple

from media.formats.errors import CorruptFile
from media.formats.isobmff import iter_boxes
from media.formats.signals import Cicp, ColorSignals

MAX_BOXES = 4096
_MAX_META_BYTES = 4 * 1024 * 1024
_DERIVED = {b"grid", b"iovl", b"iden", b"tmap"}
_PICTURES = {b"hvc1", b"hev1", b"av01", b"avc1", b"jpeg", b"grid", b"iovl", b"iden"}
Property = tuple[bytes, bytes]


class Crop(NamedTuple):
    """`clap`: width and height of what is shown, and how far its center lies right and below of the picture's."""

    width: float
    height: float
    right: float
    below: float


class Rotation(NamedTuple):
    """`irot`: quarter turns counterclockwise."""

    quarters: int


class Mirror(NamedTuple):
    """`imir`: left and right are exchanged, or top and bottom."""

    is_sideways: bool


Transform = Crop | Rotation | Mirror


class HeifPicture(NamedTuple):
    """`transforms` are to be applied in this order to the picture as stored, of `width` and `height` pixels."""

    width: int
    height: int
    signals: ColorSignals
    transforms: tuple[Transform, ...]
    has_alpha: bool
    has_others: bool  # more pictures to be looked at
    codecs: frozenset[bytes]  # of the picture, or of its tiles


def read_primary(file: IO[bytes]) -> HeifPicture:
    """Reads the primary item's properties. `CorruptFile` for a file without one."""
    meta = _first_of_each(_children(_meta(file)))
    properties = list(_children(meta.get(b"iprp", b"")))
    boxes = list(_children(_first_of_each(properties).get(b"ipco", b"")))
    numbers: dict[int, list[int]] = {}
    for body in (body for name, body in properties if name == b"ipma"):
        numbers = _associations(body) | numbers
    primary = _primary(meta.get(b"pitm", b""))
    own = _chosen(boxes, numbers.get(primary, []))
    references = list(_references(meta.get(b"iref", b"")))
    tiles = [to[0] for name, of, to in references if name == b"dimg" and of == primary and to]
    colors = [box for item in (primary, *tiles) for box in _chosen(boxes, numbers.get(item, []))]
    size = next((struct.unpack_from(">II", body, 4) for name, body in own if name == b"ispe" and len(body) >= 12), None)
    if size is None:
        raise CorruptFile("The file holds no picture")
    alpha = any(name == b"auxl" and primary in to for name, _, to in references)
    items = list(_items(meta.get(b"iinf", b"")))
    others = {item for item, kind, is_hidden in items if kind in _PICTURES and not is_hidden}
    others -= {primary} | _parts(references)
    codecs = frozenset(kind for item, kind, _ in items if item in (tiles or [primary])) - _DERIVED
    return HeifPicture(size[0], size[1], _signals(colors), tuple(_transforms(own)), alpha, bool(others), codecs)


def without_alpha(data: bytes) -> bytes:
    """The file with its still picture's alpha channel called a thumbnail, for a decoder of its frames: it does not use
    the channel, and libavif refuses the whole file for one without a size."""
    file = io.BytesIO(data)
    for name, start, stop in iter_boxes(file, len(data)):
        if name == b"meta":
            return data[:start] + data[start:stop].replace(b"auxl", b"thmb") + data[stop:]
    return data


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


def _associations(body: bytes) -> dict[int, list[int]]:
    """The numbers of each item's properties (`ipma`), counted from 1, in their order."""
    reader = io.BytesIO(body)
    head = reader.read(8).ljust(8, b"\0")
    id_bytes, number_bytes = (4 if head[0] else 2), (2 if head[3] & 1 else 1)
    found: dict[int, list[int]] = {}
    for _ in range(min(int.from_bytes(head[4:8]), MAX_BOXES)):
        item, count = int.from_bytes(reader.read(id_bytes)), int.from_bytes(reader.read(1))
        numbers = [int.from_bytes(reader.read(number_bytes)) for _ in range(count)]
        found.setdefault(item, [number & (0x7FFF if number_bytes == 2 else 0x7F) for number in numbers])
    return found


def _items(body: bytes) -> Iterator[tuple[int, bytes, bool]]:
    """Number and type of each item, and whether it is hidden."""
    for name, entry in _children(body[6:] if body[:1] == b"\0" else body[8:]):
        if name == b"infe" and len(entry) >= 12 and entry[0] >= 2:
            id_bytes = 2 if entry[0] == 2 else 4
            yield int.from_bytes(entry[4 : 4 + id_bytes]), entry[6 + id_bytes : 10 + id_bytes], bool(entry[3] & 1)


def _parts(references: list[tuple[bytes, int, list[int]]]) -> set[int]:
    """The items that are of another picture: tiles, thumbnails, and what is added to it (alpha, depth, light)."""
    tiles = {item for name, _, to in references if name == b"dimg" for item in to}
    return tiles | {of for name, of, _ in references if name in {b"thmb", b"auxl"}}


def _chosen(boxes: list[Property], numbers: list[int]) -> list[Property]:
    return [boxes[number - 1] for number in numbers if 0 < number <= len(boxes)]


def _references(body: bytes) -> Iterator[tuple[bytes, int, list[int]]]:
    """Name, from which item, to which items."""
    id_bytes = 4 if body[:1] == b"\1" else 2
    for name, data in _children(body[4:]):
        of, count = int.from_bytes(data[:id_bytes]), int.from_bytes(data[id_bytes : id_bytes + 2])
        start = id_bytes + 2
        ends = range(start, min(len(data), start + count * id_bytes), id_bytes)
        yield name, of, [int.from_bytes(data[at : at + id_bytes]) for at in ends]


def _signals(boxes: list[Property]) -> ColorSignals:
    """Of the first `colr` of each kind."""
    icc, cicp = None, None
    for body in (body for name, body in boxes if name == b"colr"):
        if body[:4] in {b"prof", b"rICC"}:
            icc = icc or body[4:]
        elif body[:4] == b"nclx" and len(body) >= 8 and cicp is None:
            cicp = Cicp(*struct.unpack_from(">HH", body, 4))
    return ColorSignals(icc=icc, cicp=cicp)


def _transforms(boxes: list[Property]) -> Iterator[Transform]:
    for name, body in boxes:
        if name == b"clap" and len(body) >= 32:
            yield _crop(struct.unpack(">8i", body[:32]))
        elif name == b"irot" and body:
            yield Rotation(body[0] & 3)
        elif name == b"imir" and body:
            yield Mirror(bool(body[0] & 1))


def _crop(numbers: tuple[int, ...]) -> Crop:
    """Width, height, right, below; each a number and what it is divided by."""
    if any(below == 0 for below in numbers[1::2]):
        raise CorruptFile("The picture's crop makes no sense")
    return Crop(*(over / below for over, below in zip(numbers[::2], numbers[1::2], strict=True)))
