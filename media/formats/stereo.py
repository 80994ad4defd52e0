"""Whether a video holds a view for each eye, of which players of flat video show one."""

import io
import struct
from typing import IO

from media.formats.errors import CorruptFile
from media.formats.isobmff import iter_boxes, sample_description

_TO_FIRST = 12  # bytes from the name of the list of descriptions
_FIELDS_BYTES = 78  # of a description of pictures, before the boxes in it
_MOST_BYTES = 64 * 1024
_SECOND_VIEW = {b"lhvC", b"mvcC"}  # how a second layer is decoded: MV-HEVC of phones and headsets, MVC of camcorders
_BOTH_EYES = 3  # bits of `stri`


def has_two_views(file: IO[bytes], track: int) -> bool:
    """Whether the track of this number (from 0) says so; not of two halves of one picture, which are both shown."""
    try:
        return _says_so(_boxes_of(file, track))
    except (CorruptFile, struct.error):
        return False


def _says_so(boxes: dict[bytes, bytes]) -> bool:
    if boxes.keys() & _SECOND_VIEW:
        return True
    extended = _children(boxes.get(b"vexu", b""))
    eyes = _children(extended.get(b"eyes", b"")).get(b"stri", b"")
    return b"pack" not in extended and len(eyes) >= 5 and eyes[4] & _BOTH_EYES == _BOTH_EYES


def _boxes_of(file: IO[bytes], track: int) -> dict[bytes, bytes]:
    """The boxes in the track's first description of samples."""
    place = sample_description(file, track)
    if place is None:
        return {}
    file.seek(place + _TO_FIRST)
    size, _ = struct.unpack(">I4s", file.read(8))
    return _children(file.read(min(size, _MOST_BYTES) - 8)[_FIELDS_BYTES:])


def _children(data: bytes) -> dict[bytes, bytes]:
    """The first box of each name. `CorruptFile` where one ends beyond what it stands in."""
    file, found = io.BytesIO(data), dict[bytes, bytes]()
    for name, start, stop in iter_boxes(file, len(data)):
        found.setdefault(name, data[start:stop])
    return found
