"""The coded data of a HEIC's primary picture, where it is what phones make: one picture, or a grid of tiles, of HEVC
with 8 bits and color at half the size (4:2:0), opaque.

Anything else, also what makes no sense, is "not plain": whoever asks has another decoder for it.
"""

import io
import struct
from collections.abc import Iterator
from typing import NamedTuple

from media.formats.errors import CorruptFile
from media.formats.heif import Crop, Transform, read_primary
from media.formats.heif_boxes import Meta

MAX_TILES = 4096
_HEVC = {b"hvc1", b"hev1"}
_SPECIFIED_ALPHA = (b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0", b"urn:mpeg:hevc:2015:auxid:1\0")
_HVCC_BYTES = 23  # before its parameter sets
_MAX_HVCC_BYTES = 4096  # phones write some 130
_YUV420_8BIT = (1, 0, 0)  # chroma format; bits of luma and of color beyond eight
_MAX_EXTENTS = 16
Place = tuple[int, list[tuple[int, int]]]
Places = dict[int, Place]


class Tile(NamedTuple):
    """NAL units, each without its length; the width and height that the file says (`ispe`)."""

    size: tuple[int, int]
    parameter_sets: tuple[bytes, ...]
    slices: tuple[bytes, ...]


class CodedPicture(NamedTuple):
    """Tiles in rows from the top left; the last of a row and of a column may reach beyond the picture.

    `matrix` and `is_full_range` are those of `nclx` (None without): how RGB is made of luma and color.
    """

    width: int
    height: int
    columns: int
    rows: int
    tiles: tuple[Tile, ...]
    transforms: tuple[Transform, ...]
    matrix: int | None
    is_full_range: bool


class _NotPlain(Exception):
    """Another decoder's work."""


def read_plain(data: bytes) -> CodedPicture | None:
    """The primary picture of the file; None if it is not plain, or cropped."""
    try:
        return _read(data)
    except (_NotPlain, CorruptFile, struct.error, IndexError):
        return None


def _read(data: bytes) -> CodedPicture:
    known, meta = read_primary(io.BytesIO(data)), Meta(io.BytesIO(data))
    _require(not any(isinstance(step, Crop) for step in known.transforms))
    _require(known.width % 2 == known.height % 2 == 0)
    _require(not any(_may_be_alpha(meta, of) for name, of, to in meta.references if name == b"auxl"))
    places, kinds = dict(_places(meta)), {item.number: item.kind for item in meta.items}
    columns, rows, numbers = _grid(data, meta, kinds, places, (known.width, known.height))
    _require(sum(length for number in numbers for _, length in places.get(number, (0, []))[1]) <= len(data))
    tiles = tuple(_tile(_bytes_of(data, meta, places, number), meta, number) for number in numbers)
    _require(all(kinds.get(number) in _HEVC for number in numbers))
    matrix, is_full_range = _nclx(meta, (meta.primary, numbers[0]))
    return CodedPicture(known.width, known.height, columns, rows, tiles, known.transforms, matrix, is_full_range)


def _require(holds: bool) -> None:
    if not holds:
        raise _NotPlain


def _may_be_alpha(meta: Meta, item: int) -> bool:
    kind = next((body[4:68] for name, body in meta.properties_of(item) if name == b"auxC"), None)
    return kind is None or kind.startswith(_SPECIFIED_ALPHA)


def _nclx(meta: Meta, items: tuple[int, ...]) -> tuple[int | None, bool]:
    boxes = (body for item in items for name, body in meta.properties_of(item) if name == b"colr")
    body = next((body for body in boxes if body[:4] == b"nclx"), None)
    return (None, False) if body is None else (struct.unpack_from(">H", body, 8)[0], bool(body[10] & 0x80))


def _places(meta: Meta) -> Iterator[tuple[int, Place]]:
    """Where each item's data lie (`iloc`): the method (0: in the file, 1: in `idat`), offsets and lengths."""
    body = meta.boxes.get(b"iloc", b"")
    reader, version, sizes = io.BytesIO(body[6:]), body[0], body[4:6]

    def number(size: int) -> int:
        return int.from_bytes(reader.read(size))

    wide = 4 if version == 2 else 2
    for _ in range(min(number(wide), MAX_TILES)):
        item = number(wide)
        method = number(2) & 15 if version else 0
        is_elsewhere, base, count, extents = number(2) != 0, number(sizes[1] >> 4), number(2), []
        _require(not is_elsewhere and count <= _MAX_EXTENTS)
        for _ in range(count):
            number(sizes[1] & 15 if version else 0)
            extents.append((base + number(sizes[0] >> 4), number(sizes[0] & 15)))
        yield item, (method, extents)


def _bytes_of(data: bytes, meta: Meta, places: Places, item: int) -> bytes:
    """The item's data, in one piece and whole."""
    method, extents = places.get(item, (0, []))
    _require(method in (0, 1) and len(extents) == 1)
    (start, length), source = extents[0], data if method == 0 else meta.boxes.get(b"idat", b"")
    _require(length > 0 and start + length <= len(source))
    return source[start : start + length]


def _grid(
    data: bytes, meta: Meta, kinds: dict[int, bytes], places: Places, size: tuple[int, int]
) -> tuple[int, int, list[int]]:
    """Columns, rows, and the items of the tiles."""
    if kinds.get(meta.primary) in _HEVC:
        return 1, 1, [meta.primary]
    _require(kinds.get(meta.primary) == b"grid")
    plan, tiles = _bytes_of(data, meta, places, meta.primary), meta.made_of(meta.primary)
    version, flags, last_row, last_column, width, height = struct.unpack(">BBBBHH", plan)
    _require(version == flags == 0 and (width, height) == size and len(tiles) == 1)
    _require(len(tiles[0]) == (last_row + 1) * (last_column + 1) <= MAX_TILES)
    return last_column + 1, last_row + 1, tiles[0]


def _tile(data: bytes, meta: Meta, item: int) -> Tile:
    own = [(name, body) for name, body in meta.properties_of(item) if name in {b"hvcC", b"clap", b"irot", b"imir"}]
    configuration = own[0][1]
    if item != meta.primary:
        _require([name for name, _ in own] == [b"hvcC"])
    _require(
        own[0][0] == b"hvcC" and (configuration[16] & 3, configuration[17] & 7, configuration[18] & 7) == _YUV420_8BIT
    )
    return Tile(
        _size(meta, item), tuple(_parameter_sets(configuration)), tuple(_units(data, (configuration[21] & 3) + 1))
    )


def _size(meta: Meta, item: int) -> tuple[int, int]:
    sizes = [struct.unpack_from(">II", body, 4) for name, body in meta.properties_of(item) if name == b"ispe"]
    _require(len(sizes) == 1)
    width, height = sizes[0]
    return width, height


def _parameter_sets(configuration: bytes) -> Iterator[bytes]:
    at = _HVCC_BYTES
    _require(len(configuration) <= _MAX_HVCC_BYTES)  # they are given to the decoder with each tile
    for _ in range(configuration[22]):
        (count,) = struct.unpack_from(">H", configuration, at + 1)
        at += 3
        for _ in range(count):
            (length,) = struct.unpack_from(">H", configuration, at)
            _require(0 < length <= len(configuration) - at - 2)
            yield configuration[at + 2 : at + 2 + length]
            at += 2 + length


def _units(data: bytes, length_bytes: int) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        length = int.from_bytes(data[at : at + length_bytes])
        at += length_bytes
        _require(0 < length <= len(data) - at)
        yield data[at : at + length]
        at += length
