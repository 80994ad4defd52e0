"""What a file of a photo holds beside its pixels, read the same way for every format.

No Django here: a confined child loads this file.
"""

import io
from typing import IO, Any, NamedTuple

from media.formats import heif, jpeg, png, webp
from media.formats.errors import CorruptFile
from media.formats.heif import Transform
from media.formats.signals import ColorSignals
from media.processing import exif

_READERS: Any = {"image/jpeg": jpeg.read, "image/png": png.read, "image/webp": webp.read}


class Contents(NamedTuple):
    """A file for the decoder, what is said of its colors, and how its picture is placed (one of the two is nothing)."""

    file: IO[bytes]
    signals: ColorSignals = ColorSignals()
    orientation: int = 1
    is_adobe_rgb: bool = False
    transforms: tuple[Transform, ...] = ()


def read(file: IO[bytes], content_type: str) -> Contents:
    """Reads the file; the decoder gets only what makes the picture. `CorruptFile` if there is none.

    Of HEIC the decoder crops and turns by itself, of AVIF it does not.
    """
    if content_type in _READERS:
        found = _READERS[content_type](file.read())
        said = exif.read(found.exif)
        return Contents(io.BytesIO(found.data), found.signals, said.orientation, said.is_adobe_rgb)
    if content_type == "image/avif":
        picture = heif.read_primary(file)
        return Contents(file, picture.signals, transforms=picture.transforms)
    if content_type in {"image/heic", "image/heif"}:
        return Contents(file, _signals_of_heic(file))
    return Contents(file)


def _signals_of_heic(file: IO[bytes]) -> ColorSignals:
    """None for what only its decoder understands: it may be fine."""
    try:
        return heif.read_primary(file).signals
    except CorruptFile:
        return ColorSignals()
