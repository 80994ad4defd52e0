"""What a file is, from a bounded look at its headers: content type and pixels, without decoding anything.

Names and declared types are ignored. Every read is bounded, so a file cannot make this slow; what only decoding shows
is found later, by a confined worker.
"""

import re
import struct
from collections.abc import Callable
from typing import IO, NamedTuple

from media.formats import webm
from media.formats.animation import heif_moves, isobmff_moves, png_moves, webp_moves
from media.formats.errors import CorruptFile, UnsupportedFormat
from media.formats.gif import moves
from media.formats.isobmff import OLD_QUICKTIME, sniff_boxes

_MAX_SEGMENTS = 2000  # of a JPEG before its frame header; a big colour profile has a few hundred
_MAX_FILL = 64 * 1024  # bytes before a segment
_MARKER = re.compile(rb"\xff[^\x00\xff]", re.DOTALL)
_MOVES = {
    **{"image/gif": moves, "image/png": png_moves, "image/webp": webp_moves, "image/avif": isobmff_moves},
    **{"image/heic": heif_moves, "image/heif": heif_moves},
}
_DECODED = {0xC0, 0xC1, 0xC2, 0xC9, 0xCA}  # by libjpeg: sequential and progressive, in Huffman's or arithmetic coding
# What people send that is not taken, by its first bytes, so that the answer can name it.
_OTHERS = {
    b"II*\0": "A TIFF or raw photo (DNG)",
    b"MM\0*": "A TIFF or raw photo (DNG)",
    b"\xff\x0a": "JPEG XL",
    b"\0\0\0\x0cJXL ": "JPEG XL",
    b"\0\0\0\x0cjP  ": "JPEG 2000",
    b"BM": "A BMP",
    b"%PDF": "A PDF",
    b"PK\x03\x04": "An archive",
}
_SOF = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


class Sniffed(NamedTuple):
    """A content type of `media.processing.kinds.KINDS`, and the size in pixels as stored (before orientation).

    Of a video also the seconds, and zeros for what its header does not say.
    """

    content_type: str
    width: int
    height: int
    is_video: bool = False
    seconds: float = 0.0


def _exactly(file: IO[bytes], count: int) -> bytes:
    data = file.read(count)
    if len(data) != count:
        raise CorruptFile("The file ends too early")
    return data


def _jpeg(file: IO[bytes]) -> tuple[int, int]:
    file.seek(2)
    for _ in range(_MAX_SEGMENTS):
        code = _next_marker(file)
        if code in _SOF:
            bits, height, width = struct.unpack(">xxBHH", _exactly(file, 7))
            if bits != 8 or code not in _DECODED:
                raise UnsupportedFormat(
                    "A JPEG of this kind (12 bits a color, without loss, hierarchical) is not taken"
                )
            return width, height
        if code in {0xD9, 0xDA}:
            break
        if code == 0x01 or 0xD0 <= code <= 0xD8:
            continue
        (length,) = struct.unpack(">H", _exactly(file, 2))
        file.seek(max(length, 2) - 2, 1)
    raise CorruptFile("The JPEG has no frame header")


def _next_marker(file: IO[bytes]) -> int:
    """The code of the next marker. Any number of fill bytes may stand before it, and some programs leave other bytes
    there, which decoders pass over; a read of _MAX_FILL bounds the work."""
    start = file.tell()
    data = file.read(2)
    if len(data) == 2 and (data[0] != 0xFF or data[1] in {0, 0xFF}):
        data += file.read(_MAX_FILL)
    found = _MARKER.search(data)
    if not found:
        raise CorruptFile("The JPEG's segments are broken" if len(data) > 2 else "The file ends too early")
    file.seek(start + found.end())
    return data[found.end() - 1]


def _png(file: IO[bytes]) -> tuple[int, int]:
    file.seek(8)
    length, name, width, height = struct.unpack(">I4sII", _exactly(file, 16))
    if name == b"CgBI":
        raise UnsupportedFormat("A PNG in Apple's form for programs (CgBI), which is no PNG, is not taken")
    if length != 13 or name != b"IHDR":
        raise CorruptFile("The PNG does not begin with its header")
    return width, height


def _gif(file: IO[bytes]) -> tuple[int, int]:
    file.seek(6)
    width, height = struct.unpack("<HH", _exactly(file, 4))
    return width, height


def _webp(file: IO[bytes]) -> tuple[int, int]:
    file.seek(12)
    name, _ = struct.unpack("<4sI", _exactly(file, 8))
    if name == b"VP8X":
        data = _exactly(file, 10)
        return int.from_bytes(data[4:7], "little") + 1, int.from_bytes(data[7:10], "little") + 1
    if name == b"VP8L":
        _, bits = struct.unpack("<BI", _exactly(file, 5))
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if name == b"VP8 ":
        width, height = struct.unpack("<6xHH", _exactly(file, 10))
        return width & 0x3FFF, height & 0x3FFF
    raise CorruptFile("The WebP holds no picture")


def _simple(head: bytes) -> tuple[str, Callable[[IO[bytes]], tuple[int, int]]] | None:
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg", _jpeg
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png", _png
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif", _gif
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp", _webp
    return None


def _named(head: bytes) -> str:
    """A sentence for what is not taken; nothing for what is not known."""
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        return "An AVI is not taken"
    return next((f"{name} is not taken" for start, name in _OTHERS.items() if head.startswith(start)), "")


def sniff(file: IO[bytes]) -> Sniffed:
    """Reads a few headers; raises `UnsupportedFormat` or `CorruptFile`. Leaves the file at its beginning."""
    try:
        file.seek(0)
        sniffed = _sniff(file, file.read(16))
    finally:
        file.seek(0)
    if not (sniffed.width and sniffed.height) and not sniffed.is_video:
        raise CorruptFile("The picture has no size")
    return sniffed


def _sniff(file: IO[bytes], head: bytes) -> Sniffed:
    simple = _simple(head)
    if simple:
        content_type, measure = simple
        return Sniffed(content_type, *measure(file), is_video=content_type in _MOVES and _MOVES[content_type](file))
    if head[4:8] == b"ftyp" or head[4:8] in OLD_QUICKTIME:
        content_type, movie = sniff_boxes(file)
    elif head.startswith(webm.MAGIC):
        content_type, movie = "video/webm", webm.sniff_webm(file)
    else:
        raise UnsupportedFormat(_named(head))
    is_video = content_type.startswith("video/") or (content_type in _MOVES and _MOVES[content_type](file))
    return Sniffed(content_type, movie.width, movie.height, is_video, movie.seconds)
