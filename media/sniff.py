"""What a file is, from a bounded look at its headers: content type and pixels, without decoding anything.

Names and declared types are ignored. Every read is bounded, so a file cannot make this slow; what only decoding shows
is found later, by a confined worker.
"""

import struct
from collections.abc import Callable
from typing import IO, NamedTuple

from media.boxes import sniff_boxes
from media.refusals import Damaged, Unknown

_MOST_SEGMENTS = 2000  # of a JPEG before its frame header; a big colour profile has a few hundred
_SOF = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


class Sniffed(NamedTuple):
    """A content type of `media.kinds.KINDS`, and the size in pixels as stored (before orientation)."""

    content_type: str
    width: int
    height: int


def _exactly(file: IO[bytes], count: int) -> bytes:
    data = file.read(count)
    if len(data) != count:
        raise Damaged("The file ends too early")
    return data


def _jpeg(file: IO[bytes]) -> tuple[int, int]:
    file.seek(2)
    for _ in range(_MOST_SEGMENTS):
        mark, code = _exactly(file, 2)
        while code == 0xFF:  # fill bytes
            (code,) = _exactly(file, 1)
        if mark != 0xFF:
            raise Damaged("The JPEG's segments are broken")
        if code in _SOF:
            _, height, width = struct.unpack(">xxBHH", _exactly(file, 7))
            return width, height
        if code in {0xD9, 0xDA}:
            break
        if code == 0x01 or 0xD0 <= code <= 0xD8:
            continue
        (length,) = struct.unpack(">H", _exactly(file, 2))
        file.seek(max(length, 2) - 2, 1)
    raise Damaged("The JPEG has no frame header")


def _png(file: IO[bytes]) -> tuple[int, int]:
    file.seek(8)
    length, name, width, height = struct.unpack(">I4sII", _exactly(file, 16))
    if length != 13 or name != b"IHDR":
        raise Damaged("The PNG does not begin with its header")
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
    raise Damaged("The WebP holds no picture")


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


def sniff(file: IO[bytes]) -> Sniffed:
    """Reads a few headers; raises `Unknown` or `Damaged`. Leaves the file at its beginning."""
    try:
        file.seek(0)
        head = file.read(16)
        found = _simple(head)
        if found:
            content_type, measure = found
            width, height = measure(file)
        elif head[4:8] == b"ftyp":
            content_type, width, height = sniff_boxes(file)
        else:
            raise Unknown
    finally:
        file.seek(0)
    if not (width and height):
        raise Damaged("The picture has no size")
    return Sniffed(content_type, width, height)
