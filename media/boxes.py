"""The box structure of HEIC, AVIF (and MP4): who wrote it, and how large its pictures say they are."""

import io
import struct
from collections.abc import Iterator
from typing import IO

from media.refusals import Damaged, Unknown

_MOST_BOXES = 4096
_LARGEST_META = 4 * 1024 * 1024
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
_HEIF = {b"mif1", b"msf1"}
_AVIF = {b"avif", b"avis"}


def _boxes(file: IO[bytes], end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of the contents of each box from here to `end`."""
    for _ in range(_MOST_BOXES):
        start = file.tell()
        head = file.read(8)
        if start + 8 > end or len(head) < 8:
            return
        size, name = struct.unpack(">I4s", head)
        if size == 1:
            (size,) = struct.unpack(">Q", file.read(8).ljust(8, b"\0"))
        stop = end if size == 0 else start + size
        if stop <= file.tell() - 1 or stop > end:
            raise Damaged("The file's boxes are broken")
        yield name, file.tell(), stop
        file.seek(stop)


def _brands(file: IO[bytes], start: int, stop: int) -> set[bytes]:
    file.seek(start)
    data = file.read(min(stop - start, 1024))
    return {data[0:4], *(data[at : at + 4] for at in range(8, len(data), 4))}


def _content_type(brands: set[bytes]) -> str:
    if brands & _AVIF:
        return "image/avif"
    if brands & _HEIC:
        return "image/heic"
    if brands & _HEIF:
        return "image/heif"
    raise Unknown


def _sizes(file: IO[bytes], start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Every picture size (`ispe`) that the properties (`iprp/ipco`) of a `meta` box declare."""
    file.seek(start)
    for name, inner, end in _boxes(file, stop):
        if name in {b"iprp", b"ipco"}:
            yield from _sizes(file, inner, end)
        elif name == b"ispe" and end - inner >= 12:
            file.seek(inner + 4)
            width, height = struct.unpack(">II", file.read(8).ljust(8, b"\0"))
            yield width, height


def sniff_boxes(file: IO[bytes]) -> tuple[str, int, int]:
    """Content type, and the largest declared width and height; `Unknown` or `Damaged` otherwise."""
    length = file.seek(0, io.SEEK_END)
    file.seek(0)
    content_type = None
    for name, start, stop in _boxes(file, length):
        if name == b"ftyp":
            content_type = _content_type(_brands(file, start, stop))
            file.seek(stop)
        elif name == b"meta" and content_type and stop - start <= _LARGEST_META:
            width, height = max(_sizes(file, start + 4, stop), key=lambda size: size[0] * size[1], default=(0, 0))
            return content_type, width, height
    raise Damaged("The file holds no picture")
