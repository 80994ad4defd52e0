"""Whether a PNG, WebP, AVIF or HEIC moves: a bounded look at its structure, without decoding anything.

One that is broken does not move: a decoder says what is wrong with it.
"""

import struct
from itertools import islice
from typing import IO

from media.formats.errors import CorruptFile
from media.formats.isobmff import brand_of, iter_boxes, name_of_meta, picture_formats, seen_tracks

_MAX_CHUNKS = 20_000
_MAX_BOXES = 64
_SAMPLE_SIZES = (b"mdia", b"minf", b"stbl", b"stsz")
_SEQUENCES = {b"msf1", b"hevc", b"hevx"}  # brands of HEIF by which what moves is the file's main content
_DECODED = {b"hvc1", b"hev1", b"avc1", b"avc3", b"av01"}  # of `media.processing.decoders.VIDEO_CODECS`


def png_moves(file: IO[bytes]) -> bool:
    """Whether there are two frames, and the animation is announced before the picture."""
    file.seek(8)
    is_announced, frames = False, 0
    for _ in range(_MAX_CHUNKS):
        head = file.read(8)
        if len(head) < 8 or head[4:] == b"IEND" or (head[4:] == b"IDAT" and not is_announced):
            return False
        is_announced = is_announced or head[4:] == b"acTL"
        frames += head[4:] == b"fcTL"
        if frames == 2:
            return is_announced
        file.seek(int.from_bytes(head[:4]) + 4, 1)
    return False


def webp_moves(file: IO[bytes]) -> bool:
    """Whether there are two frames."""
    file.seek(12)
    frames = 0
    for _ in range(_MAX_CHUNKS):
        head = file.read(8)
        if len(head) < 8:
            return False
        frames += head[:4] == b"ANMF"
        if frames == 2:
            return True
        (length,) = struct.unpack("<I", head[4:])
        file.seek(length + (length & 1), 1)
    return False


def isobmff_moves(file: IO[bytes]) -> bool:
    """Whether a track of an AVIF or HEIC, other than of sound, has two samples."""
    try:
        return any(_samples(file, *track, _SAMPLE_SIZES) > 1 for track in seen_tracks(file))
    except CorruptFile:
        return False


def heif_moves(file: IO[bytes]) -> bool:
    """Whether a HEIC is to be shown as what moves: it holds nothing else, or its brand says so and its frames can be
    decoded. Of any other the still picture is what its maker wants to be seen."""
    if name_of_meta(file) is None:
        return True
    try:
        return brand_of(file) in _SEQUENCES and isobmff_moves(file) and bool(picture_formats(file) & _DECODED)
    except CorruptFile:
        return False


def _samples(file: IO[bytes], start: int, stop: int, path: tuple[bytes, ...]) -> int:
    """The number of samples in the first box at this path."""
    file.seek(start)
    for name, inner, end in islice(iter_boxes(file, stop), _MAX_BOXES):
        if name == path[0]:
            if len(path) > 1:
                return _samples(file, inner, end, path[1:])
            file.seek(inner + 8)
            return int.from_bytes(file.read(4))
    return 0
