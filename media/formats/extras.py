"""What a file of a photo holds beside the picture that is shown: a video, more pictures, all around its maker.

Bounded looks at bytes: what is broken holds nothing more.
"""

import re
import struct
from collections.abc import Iterator

_FILM = re.compile(rb"\x00\x00[\x00-\x03][\x00-\xff]ftyp([\x20-\x7e]{4})", re.DOTALL)
_PICTURES = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
_MAX_FILMS = 16
_ENTRIES = 0xB002  # of a multi-picture file
_VIEWS = {0x020001, 0x020002, 0x020003}  # of a panorama, of two eyes, of many angles; others are previews or for HDR
_ALL_AROUND = re.compile(rb"ProjectionType\W{1,4}equirectangular")
_WIDTHS = [re.compile(name + rb"\W{1,4}(\d{1,6})") for name in (b"CroppedAreaImageWidthPixels", b"FullPanoWidthPixels")]


def has_video(data: bytes) -> bool:
    """Whether an MP4 or MOV stands in or behind the picture, as motion photos have it."""
    starts = (found for found, _ in zip(_FILM.finditer(data, 12), range(_MAX_FILMS), strict=False))
    return any(one[1] not in _PICTURES and data.find(b"moov", one.end()) > 0 for one in starts)


def has_views(mpf: bytes) -> bool:
    """Whether the index of a multi-picture JPEG names others of the same scene, by the TIFF structure it is."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(mpf[:4])
    try:
        return order is not None and any(kind in _VIEWS for kind in list(_kinds(mpf, order))[1:])
    except struct.error:
        return False


def _kinds(mpf: bytes, order: str) -> Iterator[int]:
    """The kind of each picture."""
    (start,) = struct.unpack_from(f"{order}I", mpf, 4)
    (count,) = struct.unpack_from(f"{order}H", mpf, start)
    for at in range(start + 2, start + 2 + 12 * count, 12):
        tag, _, length, offset = struct.unpack_from(f"{order}HHII", mpf, at)
        if tag == _ENTRIES:
            for place in range(offset, min(offset + length, len(mpf) - 15), 16):
                yield struct.unpack_from(f"{order}I", mpf, place)[0] & 0xFFFFFF


def is_all_around(xmp: bytes) -> bool:
    """Whether the picture is a whole turn, to be looked at from inside."""
    cropped, full = (pattern.search(xmp) for pattern in _WIDTHS)
    return bool(_ALL_AROUND.search(xmp)) and (cropped is None or full is None or cropped[1] == full[1])
