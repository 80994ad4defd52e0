"""The decoder that is asked when the first refused a picture: ffmpeg, confined, for AVIF.

libavif refuses what its standard forbids though every browser shows it, such as an alpha channel without a size. ffmpeg
decodes pixels alone: crops, turns, colors, and what alpha did to them, are left to whoever made the first attempt. One
that moves is to it a video like any other, as is a HEIC that moves, which has no other decoder. Other formats have no
second decoder: ffmpeg makes a picture of a damaged JPEG or HEVC without an error.
"""

import logging
import shutil
from collections.abc import Callable
from typing import IO

from media.formats import isobmff
from media.formats.errors import CorruptFile
from media.formats.heif import read_primary
from media.processing import ffmpeg, sandbox

logger = logging.getLogger(__name__)
CONTENT_TYPES = ("image/avif",)
_INPUT = [
    *("-nostdin", "-hide_banner", "-loglevel", "error", "-xerror", "-f", "mov", "-protocol_whitelist", "file,pipe"),
    *("-codec_whitelist", "libdav1d,libaom-av1,av1", "-threads", "1", "-noautorotate", "-apply_cropping", "none", "-i"),
]
_WITH_ALPHA = ["-filter_complex", "[0:v:0][0:v:1]alphamerge", "-pix_fmt", "rgba"]
_OPAQUE = ["-map", "0:v:0", "-pix_fmt", "rgb24"]
_OUTPUT = ["-frames:v", "1", "-c:v", "png", "-compression_level", "1", "-f", "image2pipe", "-y"]


def is_whole(file: IO[bytes]) -> bool:
    """Whether an AVIF that moves does not end early, which is no matter of still pictures."""
    try:
        return not isobmff.ends_early(file)
    except CorruptFile:
        return False


def copy_frames(file: IO[bytes], target: IO[bytes]) -> None:
    """Copies an AVIF or HEIC that moves to `target` without what it says of still pictures, as a video."""
    place = isobmff.name_of_meta(file)
    file.seek(0)
    shutil.copyfileobj(file, target)
    if place is not None:
        target.seek(place)
        target.write(b"free")
    target.flush()


def decode(file: IO[bytes], target: IO[bytes], *, tick: Callable[[], None] = lambda: None) -> int:
    """Writes the pixels of an AVIF to `target` as a PNG, the whole file behind it, and returns the PNG's size in bytes.

    0 if ffmpeg refuses the file as well, or there is nothing to be decoded.
    """
    try:
        colors = _WITH_ALPHA if read_primary(file).has_alpha else _OPAQUE
        status, text = ffmpeg.run(
            [*_INPUT, ffmpeg.INPUT, *colors, *_OUTPUT, ffmpeg.OUTPUT],
            file,
            target,
            cpu_seconds=sandbox.CPU_SECONDS,
            tick=lambda _: tick(),
        )
    except CorruptFile:
        return 0
    size = target.seek(0, 2)
    if status or not size:
        logger.info("ffmpeg refused a photo as well: status %s, %s", status, text[-300:])
        return 0
    file.seek(0)
    shutil.copyfileobj(file, target)
    return size
