"""Edit lists (`elst`) that play parts of a track slower or faster, or hold one picture.

ffmpeg and browsers take every part for one at normal speed, as long as it was to last when slowed down: it would go on
into what comes next, which is then shown twice. Here each part is given the length that it has at normal speed.
"""

import io
import struct
from collections.abc import Iterator
from itertools import islice
from typing import IO, NamedTuple

from media.formats.errors import CorruptFile
from media.formats.isobmff import iter_boxes

_MAX_TRACKS = 64
_MAX_BYTES = 16 * 1024  # of one list: some thousand edits
_NORMAL = 1 << 16


class Change(NamedTuple):
    """Bytes to be written at a place of the file."""

    place: int
    data: bytes


def to_one_speed(file: IO[bytes]) -> list[Change]:
    """What to change so that everything is played at normal speed; nothing where it is, or where no sense is made."""
    end = file.seek(0, io.SEEK_END)
    try:
        return [change for start, stop in _lists(file, end) for change in _changes(file, start, stop)]
    except (CorruptFile, struct.error):
        return []


def _lists(file: IO[bytes], end: int) -> list[tuple[int, int]]:
    """Start and end of the contents of each track's edit list: of one movie, and one list of a track, as players do."""
    return [
        (start, min(stop, start + _MAX_BYTES))
        for movie in _boxes(file, (0, end), b"moov", 1)
        for track in _boxes(file, movie, b"trak", _MAX_TRACKS)
        for edits in _boxes(file, track, b"edts", 1)
        for start, stop in _boxes(file, edits, b"elst", 1)
    ]


def _boxes(file: IO[bytes], within: tuple[int, int], wanted: bytes, most: int) -> list[tuple[int, int]]:
    """Start and end of the contents of the first boxes of this name."""
    file.seek(within[0])
    found = ((start, stop) for name, start, stop in iter_boxes(file, within[1]) if name == wanted)
    return list(islice(found, most))


def _changes(file: IO[bytes], start: int, stop: int) -> Iterator[Change]:
    file.seek(start)
    data = file.read(stop - start)
    row, length = (struct.Struct(">Qqi"), 8) if data[:1] == b"\1" else (struct.Struct(">Iii"), 4)
    (count,) = struct.unpack_from(">I", data, 4)
    places = range(8, min(len(data) - row.size + 1, 8 + count * row.size), row.size)
    rows = [(at, *row.unpack_from(data, at)) for at in places]
    if len(rows) == 1 and rows[0][3] == 0:  # programs that write no speed at all
        return
    for at, lasts, begins, speed in rows:
        if begins >= 0 and speed != _NORMAL:
            shorter = max(1, lasts * abs(speed) // _NORMAL)
            yield Change(start + at, min(shorter, (1 << 8 * length) - 1).to_bytes(length))
            yield Change(start + at + row.size - 4, _NORMAL.to_bytes(4))
