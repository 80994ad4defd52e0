"""The element structure of WebM: what it says of itself before its frames begin."""

import io
import struct
from collections.abc import Iterator
from itertools import islice
from typing import IO

from media.formats.errors import CorruptFile, UnsupportedFormat
from media.formats.isobmff import Movie

MAGIC = b"\x1a\x45\xdf\xa3"
_MAX_ELEMENTS = 512
_MAX_VALUE_BYTES = 16
_DOCTYPE, _SEGMENT, _INFO, _TRACKS, _CLUSTER = 0x4282, 0x18538067, 0x1549A966, 0x1654AE6B, 0x1F43B675
_SCALE, _DURATION, _TRACK, _VIDEO, _WIDTH, _HEIGHT = 0x2AD7B1, 0x4489, 0xAE, 0xE0, 0xB0, 0xBA
_CODEC = 0x86


def _number(file: IO[bytes], *, marked: bool) -> int | None:
    """A number of one to eight bytes, with the bits that say its length or without; None for "unknown" (all ones)."""
    first = file.read(1)
    if not first or not first[0]:
        raise CorruptFile("The file's elements are broken")
    length = 9 - first[0].bit_length()
    rest = file.read(length - 1)
    if len(rest) != length - 1:
        raise CorruptFile("The file ends too early")
    value = int.from_bytes(first + rest)
    if marked:
        return value
    value &= (1 << 7 * length) - 1
    return None if value == (1 << 7 * length) - 1 else value


def _elements(file: IO[bytes], end: int) -> Iterator[tuple[int, int, int]]:
    """Id, start and end of the contents of each element from here to `end`."""
    for _ in range(_MAX_ELEMENTS):
        if file.tell() >= end:
            return
        name = _number(file, marked=True) or 0
        size = _number(file, marked=False)
        start = file.tell()
        stop = end if size is None else start + size
        yield name, start, stop
        file.seek(stop)


def _value(file: IO[bytes], start: int, stop: int) -> bytes:
    file.seek(start)
    return file.read(min(stop - start, _MAX_VALUE_BYTES))


def _whole(file: IO[bytes], start: int, stop: int) -> bytes:
    return _value(file, start, stop).ljust(stop - start, b"\0")


def _segment(file: IO[bytes]) -> tuple[int, int, int]:
    """Start, declared end, and length of the file; `UnsupportedFormat` for what is no WebM."""
    length = file.seek(0, io.SEEK_END)
    file.seek(0)
    doctype = b""
    for name, start, stop in _elements(file, length):
        if name == int.from_bytes(MAGIC):
            inner = _elements(file, stop)
            doctype = next((_value(file, *at) for element, *at in inner if element == _DOCTYPE), b"")
            if doctype.rstrip(b"\0") != b"webm":
                raise UnsupportedFormat
        elif name == _SEGMENT and doctype:
            return start, stop, length
    raise CorruptFile("The file holds no video")


def ends_early(file: IO[bytes]) -> bool:
    """Whether the file ends before it says: what there is can be played."""
    _, stop, length = _segment(file)
    return stop > length


def sniff_webm(file: IO[bytes]) -> Movie:
    """Seconds and size as its header says; zeros where it does not."""
    start, stop, length = _segment(file)
    file.seek(start)
    seconds, width, height = 0.0, 0, 0
    for name, inner, end in _elements(file, min(stop, length)):
        if name == _INFO:
            seconds = _seconds(file, inner, end)
        elif name == _TRACKS:
            width, height = _size(file, inner, end)
        elif name == _CLUSTER:
            break
    return Movie(seconds, width, height)


def codec_name(file: IO[bytes], number: int) -> int | None:
    """Where the name of the codec stands of the track of this number (from 0), behind "V_" or "A_"."""
    start, stop, length = _segment(file)
    place: tuple[int, int] | None = (start, min(stop, length))
    for wanted, count in ((_TRACKS, 0), (_TRACK, number), (_CODEC, 0)):
        if place is None:
            return None
        file.seek(place[0])
        found = ((start, stop) for name, start, stop in _elements(file, place[1]) if name == wanted)
        place = next(islice(found, count, None), None)
    return place[0] + 2 if place else None


def _seconds(file: IO[bytes], start: int, stop: int) -> float:
    file.seek(start)
    scale, duration = 1_000_000, 0.0
    for name, inner, end in _elements(file, stop):
        if name == _SCALE:
            scale = int.from_bytes(_value(file, inner, end))
        elif name == _DURATION and end - inner in {4, 8}:
            (duration,) = struct.unpack(">f" if end - inner == 4 else ">d", _whole(file, inner, end))
    seconds = duration * scale / 1_000_000_000
    return seconds if 0 <= seconds < 1e9 else 0.0


def _size(file: IO[bytes], start: int, stop: int) -> tuple[int, int]:
    """The largest width and height of its tracks."""
    width = height = 0
    file.seek(start)
    for track, inner, end in _elements(file, stop):
        if track != _TRACK:
            continue
        file.seek(inner)
        for name, at, until in _elements(file, end):
            if name == _VIDEO:
                file.seek(at)
                for which, *place in _elements(file, until):
                    value = int.from_bytes(_value(file, *place))
                    width = max(width, value) if which == _WIDTH else width
                    height = max(height, value) if which == _HEIGHT else height
    return width, height
