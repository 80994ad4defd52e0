"""What a file of a photo holds beside its pixels, read the same way for every format.

No Django here: a confined child loads this file.
"""

import io
from typing import IO, Any, NamedTuple

from media.formats import heif, jpeg, png, webp
from media.formats.animation import isobmff_moves
from media.formats.errors import CorruptFile
from media.formats.heif import Transform
from media.formats.signals import ColorSignals
from media.processing import exif

_READERS: Any = {"image/jpeg": jpeg.read, "image/png": png.read, "image/webp": webp.read}


class Contents(NamedTuple):
    """A file for the decoder, what is said of its colors, and how its picture is placed (one of the two is nothing)."""

    file: io.BytesIO
    signals: ColorSignals = ColorSignals()
    orientation: int = 1
    is_adobe_rgb: bool = False
    transforms: tuple[Transform, ...] = ()
    stored_size: tuple[int, int] | None = None  # where the decoder's must be checked
    has_end: bool = True
    notices: tuple[str, ...] = ()


def read(file: IO[bytes], content_type: str, png_bytes: int = 0, *, is_moving: bool = False) -> Contents:
    """Reads the file; the decoder gets only what makes the picture. `CorruptFile` if there is none.

    Of HEIC the decoder crops and turns by itself, of AVIF it does not. If the pixels were decoded before, the file
    begins with `png_bytes` of them.
    """
    file.seek(0)
    pixels = png.read(file.read(png_bytes)).data if png_bytes else b""
    data = file.read()
    if content_type in _READERS:
        found = png.read(data, is_moving=is_moving) if content_type == "image/png" else _READERS[content_type](data)
        said = exif.read(found.exif)
        has_end = getattr(found, "has_end", True)
        return Contents(io.BytesIO(found.data), found.signals, said.orientation, said.is_adobe_rgb, has_end=has_end)
    whole = io.BytesIO(data)
    if content_type == "image/avif":
        picture = heif.read_primary(whole)
        return Contents(
            io.BytesIO(pixels or data),
            picture.signals,
            transforms=picture.transforms,
            stored_size=(picture.width, picture.height) if pixels else None,
        )
    if content_type in {"image/heic", "image/heif"}:
        notices = ("shown_still",) if isobmff_moves(io.BytesIO(data)) else ()
        return Contents(whole, _signals_of_heic(io.BytesIO(data)), notices=notices)
    return Contents(whole)


def _signals_of_heic(file: IO[bytes]) -> ColorSignals:
    """None for what only its decoder understands: it may be fine."""
    try:
        return heif.read_primary(file).signals
    except CorruptFile:
        return ColorSignals()
