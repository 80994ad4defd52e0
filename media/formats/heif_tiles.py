"""The coded data of what a HEIC shows: its primary picture, as one piece or in tiles, and its alpha channel.

A plain picture is what phones make: one picture, or a grid of tiles, of HEVC with 8 bits and color at half the size
(4:2:0), opaque, not cropped. Of any other, also of what makes no sense, it is not known how to show it: whoever asks
has another decoder for it.
"""

import io
import struct
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from media.formats.errors import CorruptFile
from media.formats.heif import Crop, Transform, read_primary
from media.formats.heif_boxes import Meta

MAX_TILES = 4096
_HEVC = {b"hvc1", b"hev1"}
_MADE_OF_TILES = {b"grid", b"iovl", b"iden"}
_SPECIFIED_ALPHA = (b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0", b"urn:mpeg:hevc:2015:auxid:1\0")
_HVCC_BYTES = 23  # before its parameter sets
_MAX_HVCC_BYTES = 4096  # phones write some 130
_YUV420_8BIT = (1, 0, 0)  # chroma format; bits of luma and of color beyond eight
_MAX_EXTENTS = 16
_MAX_UNITS = 4 * MAX_TILES  # of a picture; phones write one or two a tile
# Never within a NAL unit (ITU-T H.265, 7.4.2.1), and what is left where a block of a disk or an upload was not written.
_ZEROS = bytes(3)
_TRANSFORMS = {b"clap", b"irot", b"imir"}
Place = tuple[int, list[tuple[int, int]]]


class Tile(NamedTuple):
    """NAL units, each without its length; the width and height that the file says (`ispe`)."""

    size: tuple[int, int]
    parameter_sets: tuple[bytes, ...]
    slices: tuple[bytes, ...]
    is_plain: bool


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


class _NotKnown(Exception):
    """Another decoder's work."""


def read_tiles(data: bytes) -> tuple[Tile, ...]:
    """All coded pieces of what is shown. Nothing if it is not known which they are.

    `CorruptFile` if one of them is not in the file, or not in one piece: libheif shows the others without it.
    """
    try:
        return _Pictures(data).tiles_of_all()
    except (_NotKnown, struct.error, IndexError):
        return ()


def read_plain(data: bytes) -> CodedPicture | None:
    """The primary picture of the file; None if it is not plain."""
    try:
        return _read(data)
    except (_NotKnown, CorruptFile, struct.error, IndexError):
        return None


def _read(data: bytes) -> CodedPicture:
    known, pictures = read_primary(io.BytesIO(data)), _Pictures(data)
    _require(not any(isinstance(step, Crop) for step in known.transforms))
    _require(known.width % 2 == known.height % 2 == 0)
    _require(not pictures.alpha_of(None))
    columns, rows, numbers = pictures.grid((known.width, known.height))
    tiles = pictures.tiles(numbers)
    _require(all(tile.is_plain for tile in tiles))
    matrix, is_full_range = pictures.nclx((pictures.primary, numbers[0]))
    return CodedPicture(known.width, known.height, columns, rows, tiles, known.transforms, matrix, is_full_range)


def _require(holds: bool) -> None:
    if not holds:
        raise _NotKnown


class _Pictures:
    """The pictures of a file, by number: what each is made of, and where its data lie."""

    def __init__(self, data: bytes) -> None:
        try:
            self._meta = Meta(io.BytesIO(data))
        except CorruptFile:
            raise _NotKnown from None
        self._data, self.primary = data, self._meta.primary
        self._places = dict(_places(self._meta.boxes.get(b"iloc", b"")))
        self._kinds = {item.number: item.kind for item in self._meta.items}
        self._parts = {of: to for name, of, to in self._meta.references if name == b"dimg"}

    def tiles_of_all(self) -> tuple[Tile, ...]:
        """Of the primary picture, and of its alpha channel or those of its tiles."""
        numbers = self._coded([self.primary])
        return self.tiles(numbers + self._coded(self.alpha_of({self.primary, *numbers})))

    def tiles(self, numbers: list[int]) -> tuple[Tile, ...]:
        """The data of pictures of HEVC."""
        _require(len(numbers) <= MAX_TILES and all(self._kinds.get(number) in _HEVC for number in numbers))
        _require(sum(length for n in numbers for _, length in self._places.get(n, (0, []))[1]) <= len(self._data))
        tiles, units = [], 0
        for number in numbers:
            tiles.append(self._tile(number))
            units += len(tiles[-1].slices)
            _require(units <= _MAX_UNITS)
        return tuple(tiles)

    def alpha_of(self, numbers: set[int] | None) -> list[int]:
        """The pictures that are, or may be, the alpha channel of one of these, or (None) of any."""
        found = (
            of for name, of, to in self._meta.references if name == b"auxl" and (numbers is None or numbers & {*to})
        )
        return [number for number in found if self._may_be_alpha(number)]

    def grid(self, size: tuple[int, int]) -> tuple[int, int, list[int]]:
        """Columns and rows of the primary picture, and the numbers of its tiles."""
        if self._kinds.get(self.primary) in _HEVC:
            return 1, 1, [self.primary]
        _require(self._kinds.get(self.primary) == b"grid")
        plan, tiles = self._bytes_of(self.primary), self._meta.made_of(self.primary)
        version, flags, last_row, last_column, width, height = struct.unpack(">BBBBHH", plan)
        _require(version == flags == 0 and (width, height) == size and len(tiles) == 1)
        _require(len(tiles[0]) == (last_row + 1) * (last_column + 1) <= MAX_TILES)
        return last_column + 1, last_row + 1, tiles[0]

    def nclx(self, numbers: tuple[int, ...]) -> tuple[int | None, bool]:
        """Matrix and range of the first of these pictures that says them."""
        boxes = (body for number in numbers for name, body in self._meta.properties_of(number) if name == b"colr")
        body = next((body for body in boxes if body[:4] == b"nclx"), None)
        return (None, False) if body is None else (struct.unpack_from(">H", body, 8)[0], bool(body[10] & 0x80))

    def _coded(self, numbers: list[int]) -> list[int]:
        """The pictures themselves, or those of which they are made, in no order."""
        found: list[int] = []
        left = list(numbers)
        for _ in range(2 * MAX_TILES):  # a file may name pictures made of themselves
            if not left:
                return found
            one = left.pop()
            if self._kinds.get(one) in _MADE_OF_TILES:
                left += self._parts.get(one, [])
            else:
                found.append(one)
        raise _NotKnown

    def _may_be_alpha(self, number: int) -> bool:
        kind = next((body[4:68] for name, body in self._meta.properties_of(number) if name == b"auxC"), None)
        return kind is None or kind.startswith(_SPECIFIED_ALPHA)

    def _bytes_of(self, number: int) -> bytes:
        """The picture's data."""
        method, extents = self._places.get(number, (0, []))
        source = {0: self._data, 1: self._meta.boxes.get(b"idat", b"")}.get(method)
        if source is None:
            raise _NotKnown
        _require(all(length > 0 for _, length in extents))
        if not extents or any(start + length > len(source) for start, length in extents):
            raise CorruptFile("A part of the picture is not in the file")
        return b"".join(source[start : start + length] for start, length in extents)

    def _tile(self, number: int) -> Tile:
        own = [(name, body) for name, body in self._meta.properties_of(number) if name in {b"hvcC", *_TRANSFORMS}]
        configuration = next((body for name, body in own if name == b"hvcC"), None)
        if configuration is None:
            raise CorruptFile("It is not said how a part of the picture is coded")
        chroma, luma_bits, color_bits = configuration[16] & 3, configuration[17] & 7, configuration[18] & 7
        is_upright = len(own) == 1 or (number == self.primary and own[0][0] == b"hvcC")
        return Tile(
            self._size(number),
            tuple(_parameter_sets(configuration)),
            tuple(islice(_units(self._bytes_of(number), (configuration[21] & 3) + 1), _MAX_UNITS + 1)),
            is_upright and (chroma, luma_bits, color_bits) == _YUV420_8BIT,
        )

    def _size(self, number: int) -> tuple[int, int]:
        sizes = [
            struct.unpack_from(">II", body, 4) for name, body in self._meta.properties_of(number) if name == b"ispe"
        ]
        _require(len(sizes) == 1)
        width, height = sizes[0]
        return width, height


def _places(body: bytes) -> Iterator[tuple[int, Place]]:
    """Where each item's data lie (`iloc`): the method (0: in the file, 1: in `idat`), offsets and lengths."""
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
        if not 0 < length <= len(data) - at:
            raise CorruptFile("A part of the picture ends too early")
        unit = data[at : at + length]
        if _ZEROS in unit.rstrip(b"\0"):
            raise CorruptFile("A part of the picture was overwritten with zeros")
        yield unit
        at += length
