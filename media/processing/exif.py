"""The two things of EXIF that say how a picture is to be shown: its orientation, and whether it is in Adobe RGB."""

from typing import NamedTuple

from PIL import ExifTags, Image

_ADOBE_RGB = 2  # of ColorSpace: not in the standard, but written
_UNCALIBRATED = 0xFFFF


class Exif(NamedTuple):
    orientation: int = 1
    is_adobe_rgb: bool = False


def read(data: bytes | None) -> Exif:
    """Reads a TIFF structure; nonsense of any kind says nothing, for the picture itself may be fine."""
    found = Image.Exif()
    try:
        found.load(data or b"")
        return Exif(_orientation(found), _is_adobe_rgb(found))
    except Exception:  # of any brokenness
        return Exif(_orientation_or_none(found))


def _orientation(found: Image.Exif) -> int:
    value = found.get(ExifTags.Base.Orientation, 1)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _orientation_or_none(found: Image.Exif) -> int:
    try:
        return _orientation(found)
    except Exception:  # as above
        return 1


def _is_adobe_rgb(found: Image.Exif) -> bool:
    """By ColorSpace, or as cameras do (DCF 2.0): "uncalibrated", and R03 for the rules of interoperability."""
    space = found.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.ColorSpace)
    if space == _ADOBE_RGB:
        return True
    index = found.get_ifd(ExifTags.IFD.Interop).get(1, "")
    text = index.decode("latin-1") if isinstance(index, bytes) else str(index)
    return space in {None, _UNCALIBRATED} and text.startswith("R03")
