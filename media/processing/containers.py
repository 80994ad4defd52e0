"""What a file of a photo holds beside its pixels, read the same way for every format.

No Django here: a confined child loads this file.
"""

import io
from typing import IO, Any, NamedTuple

from media.formats import heif, jpeg, png, webp
from media.formats.animation import isobmff_moves
from media.formats.errors import CorruptFile, UnsupportedFormat
from media.formats.extras import has_video
from media.formats.heif import HeifPicture, Transform
from media.formats.heif_tiles import CodedPicture, Tile, read_plain, read_tiles
from media.formats.isobmff import has_sound
from media.formats.signals import ColorSignals
from media.processing import exif

_HEVC = {b"hvc1", b"hev1"}
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
    is_premultiplied: bool = False  # the decoded colors by their alpha
    coded: CodedPicture | None = None  # for `media.processing.hevc`, as is the next
    tiles: tuple[Tile, ...] = ()
    notices: tuple[str, ...] = ()


def read(file: IO[bytes], content_type: str, png_bytes: int = 0, *, is_moving: bool = False) -> Contents:
    """Reads the file; the decoder gets only what makes the picture. `CorruptFile` if there is none.

    Of HEIC the decoder crops and turns by itself, of AVIF it does not. If the pixels were decoded before, the file
    begins with `png_bytes` of them.
    """
    file.seek(0)
    pixels = png.read(file.read(png_bytes)).data if png_bytes else b""
    data = file.read()
    motion = ("motion_left_out",) * has_video(data)
    if content_type in _READERS:
        found = png.read(data, is_moving=is_moving) if content_type == "image/png" else _READERS[content_type](data)
        return _of_reader(found, motion)
    whole = io.BytesIO(data)
    if content_type == "image/avif":
        picture, usual = heif.read_primary(whole), heif.with_usual_matrix(data)
        approximate = ("colors_approximate",) * (usual != data)
        return Contents(
            io.BytesIO(heif.without_alpha(usual) if is_moving else pixels or usual),
            picture.signals,
            transforms=picture.transforms,
            stored_size=(picture.width, picture.height) if pixels else None,
            is_premultiplied=bool(pixels) and picture.is_premultiplied,  # libavif divides them again
            notices=motion + approximate + _others(picture),
        )
    if content_type in {"image/heic", "image/heif"}:
        known = _of_heic(io.BytesIO(data))
        moved = ("shown_still",) * isobmff_moves(whole) + ("sound_left_out",) * has_sound(whole)
        signals = known.signals if known else ColorSignals()
        notices = motion + moved + _others(known)
        still, coded = io.BytesIO(heif.without_movie(data)), read_plain(data)
        return Contents(still, signals, notices=notices, coded=coded, tiles=coded.tiles if coded else read_tiles(data))
    return Contents(whole)


def _of_reader(found: Any, motion: tuple[str, ...]) -> Contents:
    said = exif.read(found.exif)
    flat = ("shown_flat",) * getattr(found, "is_all_around", False)
    more = ("pictures_left_out",) * getattr(found, "has_views", False)
    return Contents(
        io.BytesIO(found.data),
        found.signals,
        said.orientation,
        said.is_adobe_rgb,
        has_end=getattr(found, "has_end", True),
        notices=motion + flat + more,
    )


def _others(picture: HeifPicture | None) -> tuple[str, ...]:
    return ("pictures_left_out",) if picture and picture.has_others else ()


def _of_heic(file: IO[bytes]) -> HeifPicture | None:
    """None for what only its decoder understands: it may be fine. `UnsupportedFormat` for pictures of which one is no
    HEVC, which is all that its decoder decodes: it would show the others without it."""
    try:
        picture = heif.read_primary(file)
    except CorruptFile:
        return None
    if not picture.codecs <= _HEVC:
        raise UnsupportedFormat
    return picture
