"""The element structure of WebM: what it says of itself before its frames begin."""

import io
import struct
from collections.abc import Iterator
from itertools import islice
from typing import IO, NamedTuple

from media.formats.errors import CorruptFile, EncryptedFile, NoVideo, UnsupportedFormat
from media.formats.isobmff import Movie

MAGIC = b"\x1a\x45\xdf\xa3"
_MAX_ELEMENTS = 512
_MAX_VALUE_BYTES = 16
_DOCTYPE, _SEGMENT, _INFO, _TRACKS, _CLUSTER = 0x4282, 0x18538067, 0x1549A966, 0x1654AE6B, 0x1F43B675
_SCALE, _DURATION, _TRACK, _VIDEO, _WIDTH, _HEIGHT = 0x2AD7B1, 0x4489, 0xAE, 0xE0, 0xB0, 0xBA
_CODEC, _TRACK_TYPE, _PICTURES, _SOUND = 0x86, 0x83, 1, 2
_ENCRYPTION = (0x6D80, 0x6240, 0x5035)  # ContentEncodings, ContentEncoding, ContentEncryption


class _Track(NamedTuple):
    """Width, height, what kind of track it is, and whether its frames are encrypted."""

    width: int = 0
    height: int = 0
    kind: int = 0
    is_encrypted: bool = False


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
    """Seconds and size as its header says; zeros where it does not. `EncryptedFile` and `NoVideo` where it says so."""
    start, stop, length = _segment(file)
    file.seek(start)
    seconds, tracks = 0.0, [_Track()]
    for name, inner, end in _elements(file, min(stop, length)):
        if name == _INFO:
            seconds = _seconds(file, inner, end)
        elif name == _TRACKS:
            file.seek(inner)
            found = [box for box in _elements(file, end) if box[0] == _TRACK]
            tracks += [_track(file, *place) for _, *place in found]
        elif name == _CLUSTER:
            break
    _check_shown(tracks[1:])
    return Movie(seconds, max(one.width for one in tracks), max(one.height for one in tracks))


def _check_shown(tracks: list[_Track]) -> None:
    """Raises `NoVideo` if there is sound alone, and `EncryptedFile` if the first track of pictures is encrypted."""
    if tracks and all(one.kind == _SOUND for one in tracks):
        raise NoVideo
    if next((one for one in tracks if one.kind == _PICTURES), _Track()).is_encrypted:
        raise EncryptedFile


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


def _track(file: IO[bytes], start: int, stop: int) -> _Track:
    file.seek(start)
    width = height = kind = 0
    is_encrypted = False
    for name, inner, end in _elements(file, stop):
        if name == _TRACK_TYPE:
            kind = int.from_bytes(_value(file, inner, end))
        elif name == _VIDEO:
            width, height = _size(file, inner, end)
        elif name == _ENCRYPTION[0]:
            is_encrypted = is_encrypted or _holds(file, inner, end, _ENCRYPTION[1:])
    return _Track(width, height, kind, is_encrypted)


def _size(file: IO[bytes], start: int, stop: int) -> tuple[int, int]:
    file.seek(start)
    values = {name: int.from_bytes(_value(file, *place)) for name, *place in _elements(file, stop)}
    return values.get(_WIDTH, 0), values.get(_HEIGHT, 0)


def _holds(file: IO[bytes], start: int, stop: int, path: tuple[int, ...]) -> bool:
    """Whether there is an element at this path."""
    file.seek(start)
    found = [(inner, end) for name, inner, end in _elements(file, stop) if name == path[0]]
    return bool(found) and (len(path) == 1 or any(_holds(file, inner, end, path[1:]) for inner, end in found))
