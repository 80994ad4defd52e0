"""The primary picture of a HEIC or AVIF: its colors, and how it is cropped and turned before it is shown."""

import contextlib
import io
import re
import struct
from collections.abc import Iterator
from typing import IO, NamedTuple

from media.formats.errors import CorruptFile
from media.formats.heif_boxes import Meta, Property, Reference
from media.formats.isobmff import iter_boxes, name_place
from media.formats.signals import Cicp, ColorSignals

_STILL = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"mif2", b"miaf"}  # brands
_USUAL_MATRIX = 9  # of ITU-T H.273: BT.2020, not of constant luminance, which is 10
_DERIVED = {b"grid", b"iovl", b"iden", b"tmap"}
_PICTURES = {b"hvc1", b"hev1", b"av01", b"avc1", b"jpeg", b"grid", b"iovl", b"iden"}


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
    is_premultiplied: bool  # by its alpha
    has_others: bool  # more pictures to be looked at
    codecs: frozenset[bytes]  # of the picture, or of its tiles


def read_primary(file: IO[bytes]) -> HeifPicture:
    """Reads the primary item's properties. `CorruptFile` for a file without one."""
    meta = Meta(file)
    own = meta.properties_of(meta.primary)
    tiles = meta.made_of(meta.primary)
    first = [to[0] for to in tiles]
    colors = [box for item in (meta.primary, *first) for box in meta.properties_of(item)]
    size = next((struct.unpack_from(">II", body, 4) for name, body in own if name == b"ispe" and len(body) >= 12), None)
    if size is None:
        raise CorruptFile("The file holds no picture")
    alpha = any(name == b"auxl" and meta.primary in to for name, _, to in meta.references)
    premultiplied = any(name == b"prem" and of == meta.primary for name, of, _ in meta.references)
    others = {item.number for item in meta.items if item.kind in _PICTURES and not item.is_hidden}
    others -= {meta.primary} | _parts(meta.references)
    coded = {number for to in tiles for number in to} or {meta.primary}
    codecs = frozenset(item.kind for item in meta.items if item.number in coded) - _DERIVED
    (width, height), steps = size, tuple(_transforms(own))
    return HeifPicture(width, height, _signals(colors), steps, alpha, premultiplied, bool(others), codecs)


def without_alpha(data: bytes) -> bytes:
    """The file with its still picture's alpha channel called a thumbnail, for a decoder of its frames: it does not use
    the channel, and libavif refuses the whole file for one without a size."""
    file = io.BytesIO(data)
    for name, start, stop in iter_boxes(file, len(data)):
        if name == b"meta":
            return data[:start] + data[start:stop].replace(b"auxl", b"thmb") + data[stop:]
    return data


def with_usual_matrix(data: bytes) -> bytes:
    """The file with BT.2020 of constant luminance called the usual one: libavif and ffmpeg make no RGB of the former,
    whose colors are close to the latter's."""
    changed, file = bytearray(data), io.BytesIO(data)
    for name, start, stop in _boxes_until_broken(file, len(data)):
        if name in {b"meta", b"moov"}:
            for found in re.finditer(rb"colrnclx....(?:\0\x0a)", data[start:stop], re.DOTALL):
                changed[start + found.end() - 1] = _USUAL_MATRIX
    return bytes(changed)


def without_movie(data: bytes) -> bytes:
    """The file without the index of its frames or sound and the brands that announce one, for a decoder of its still
    picture: libheif refuses the whole file for frames that it does not know, or for a brand alone."""
    changed, file = bytearray(data), io.BytesIO(data)
    for name, start, stop in _boxes_until_broken(file, len(data)):
        if name == b"moov":
            place = name_place(file, start, name)
            changed[place : place + 4] = b"free"
        elif name == b"ftyp":
            for at in (start, *range(start + 8, stop - 3, 4)):
                changed[at : at + 4] = data[at : at + 4] if data[at : at + 4] in _STILL else b"mif1"
    return bytes(changed)


def _boxes_until_broken(file: IO[bytes], end: int) -> Iterator[tuple[bytes, int, int]]:
    """As `iter_boxes`; what is broken is behind the picture, or the decoder's to tell."""
    with contextlib.suppress(CorruptFile):
        yield from iter_boxes(file, end)


def _parts(references: list[Reference]) -> set[int]:
    """The items that are of another picture: tiles, thumbnails, and what is added to it (alpha, depth, light)."""
    tiles = {item for name, _, to in references if name == b"dimg" for item in to}
    return tiles | {of for name, of, _ in references if name in {b"thmb", b"auxl"}}


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
