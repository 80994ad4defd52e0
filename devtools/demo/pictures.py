"""The bytes of a picture: the photograph's own file, or a cropped or toned copy of it, the same every time."""

import io
from functools import cache

import pillow_heif
from PIL import Image, ImageOps

from devtools.demo.world import PHOTOS, Picture

MAX_SIDE = 960
QUALITY = 84
# Of the largest that fits: width to height, and how much of it is taken.
SHAPES = {"square": (1.0, 1.0), "portrait": (0.8, 1.0), "close": (1.5, 0.72)}
# Factors of red, green and blue.
TONES = {"warm": (1.07, 1.0, 0.9), "cool": (0.92, 1.0, 1.08)}


def bytes_of(picture: Picture) -> bytes:
    """The bytes to upload: a file of the photograph's (or video's) own format, or a JPEG."""
    if picture.is_untouched:
        return picture.path.read_bytes()
    target = io.BytesIO()
    image = _toned(_cropped(_opened(picture.file), picture), picture.tone)
    image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    image.save(target, "JPEG", quality=QUALITY)
    return target.getvalue()


@cache
def _heif() -> None:
    pillow_heif.register_heif_opener()


def _opened(file: str) -> Image.Image:
    _heif()
    with Image.open(PHOTOS / file) as image:
        return image.convert("RGB")


def box(size: tuple[int, int], picture: Picture) -> tuple[int, int, int, int]:
    """The crop: as large as its shape allows, around the focus, within the picture."""
    width, height = size
    if picture.shape == "whole":
        return 0, 0, width, height
    ratio, share = SHAPES[picture.shape]
    wide = int(min(width, height * ratio) * share)
    high = int(wide / ratio)
    left = min(max(0, int(width * picture.focus[0]) - wide // 2), width - wide)
    top = min(max(0, int(height * picture.focus[1]) - high // 2), height - high)
    return left, top, left + wide, top + high


def _cropped(image: Image.Image, picture: Picture) -> Image.Image:
    return image.crop(box(image.size, picture))


def _toned(image: Image.Image, tone: str) -> Image.Image:
    if tone == "grey":
        return ImageOps.grayscale(image).convert("RGB")
    if tone not in TONES:
        return image
    table = [min(255, round(value * factor)) for factor in TONES[tone] for value in range(256)]
    return image.point(table)
