"""The reference: the first picture of a file by a decoder that has no part in our renditions of it, where there is one.

heif-dec (Debian's libheif-examples) for HEIC and AVIF if it is installed, else ffmpeg.
"""

import io
import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageChops, ImageStat

from media.processing import ffmpeg

SECONDS = 60
SIDE = 240
_COMPARED = (32, 32)


def decoded(path: Path) -> Image.Image | None:
    """A picture of at most SIDE pixels a side; None if the decoder makes none."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "picture.png")
        for command in _commands(path, target):
            try:
                _run(command)
            except subprocess.TimeoutExpired:
                continue
            if target.exists() and target.stat().st_size:
                return shrunk(target.read_bytes())
    return None


def _run(command: list[str]) -> None:
    subprocess.run(  # noqa: S603 - a decoder, over the user's own files
        command, capture_output=True, timeout=SECONDS, check=False, stdin=subprocess.DEVNULL
    )


def _commands(path: Path, target: Path) -> list[list[str]]:
    by_ffmpeg = [
        *(ffmpeg.program(), "-nostdin", "-v", "error", "-y", "-protocol_whitelist", "file", "-i", str(path.resolve())),
        *("-frames:v", "1", "-update", "1", str(target)),
    ]
    by_heif = shutil.which("heif-dec") or shutil.which("heif-convert")
    is_heif = path.read_bytes()[4:8] == b"ftyp"
    return [[by_heif, str(path), str(target)], by_ffmpeg] if by_heif and is_heif else [by_ffmpeg]


def shrunk(data: bytes) -> Image.Image | None:
    """A picture's thumbnail on white; None if it is none."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.thumbnail((SIDE, SIDE))
            shown = image.convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    ground = Image.new("RGB", shown.size, "white")
    ground.paste(shown, mask=shown.getchannel("A"))
    return ground


def difference(ours: Image.Image, other: Image.Image) -> float:
    """The mean distance of their colors, of 255, at the size of a stamp; 255 for another shape."""
    if abs(ours.width / ours.height - other.width / other.height) > 0.1 * ours.width / ours.height:
        return 255.0
    small = [image.resize(_COMPARED, Image.Resampling.BOX) for image in (ours, other)]
    mean = ImageStat.Stat(ImageChops.difference(*small)).mean
    return sum(mean) / len(mean)
