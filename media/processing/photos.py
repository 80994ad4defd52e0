"""The imaging pipeline: renditions of an original photo.

Decodes one named format, sets the picture upright, brings its colours to sRGB, and writes WebP in the widths of screens
plus one JPEG for old clients; nothing else of the file gets through (no EXIF, GPS, XMP, profile or comment). It runs in
a process of its own (`media.processing.photo_process`), because decoders are where hostile files do their work. No
Django here.
"""

import importlib
import io
import mmap
import warnings
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

import blurhash
from PIL import Image, ImageCms

from media.processing import color

WIDTHS = (320, 640, 1080, 2048)
FALLBACK_WIDTH = 1080
WEBP_MAX_SIDE = 16383  # pixels a side, of the format
WEBP_QUALITY = 80
JPEG_QUALITY = 82
FORMATS = {
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/webp": ("WEBP",),
    "image/gif": ("GIF",),
    "image/heic": ("HEIF",),
    "image/heif": ("HEIF",),
    "image/avif": ("AVIF",),
}
_LOADED_LATE = ("copy", "PIL.ImageOps", "PIL.TiffImagePlugin", "PIL.WebPImagePlugin")  # when first needed, that is
_DECODERS = {
    "image/jpeg": ("PIL.MpoImagePlugin",),
    "image/heic": ("pillow_heif",),
    "image/heif": ("pillow_heif",),
    "image/avif": ("PIL.AvifImagePlugin",),
}
_SRGB = ImageCms.createProfile("sRGB")
_ORIENTATION = 0x0112


class TooLarge(Exception):
    """More pixels than are taken."""


class Picture(NamedTuple):
    """One rendition: its file name, content type, size in pixels, and bytes (of a video on the disk)."""

    name: str
    content_type: str
    width: int
    height: int
    data: bytes | mmap.mmap


class Processed(NamedTuple):
    """An upright photo or video: size in pixels, blurhash, renditions, seconds, and codes of `notices`."""

    width: int
    height: int
    blurhash: str
    pictures: list[Picture]
    duration: float | None = None
    notices: tuple[str, ...] = ()


def prepare(content_type: str) -> None:
    """Loads the decoder and the encoders, and sets the library's strict mode; call it before `sandbox.confine`."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.preinit()
    for module in (*_LOADED_LATE, *_DECODERS.get(content_type, ())):
        loaded: Any = importlib.import_module(module)
        if module == "pillow_heif":
            loaded.register_heif_opener(thumbnails=False)
        if module == "PIL.AvifImagePlugin":
            loaded.DEFAULT_MAX_THREADS = 1


def make_renditions(file: IO[bytes], content_type: str, most_pixels: int) -> Processed:
    """Makes all renditions of one photo. Raises `TooLarge`, or any exception of the decoder on a broken file."""
    Image.MAX_IMAGE_PIXELS = most_pixels
    image = Image.open(file, formats=FORMATS[content_type])
    if image.width * image.height > most_pixels:
        raise TooLarge
    turn = _orientation(image)
    full = image.size[::-1] if turn >= 5 else image.size
    upright = _upright(_to_srgb(_shrunk(image, full, turn)), turn)
    return Processed(*full, _blurhash(upright), list(_pictures(upright, *full)))


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1-8; 1 for none or nonsense."""
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # EXIF of any brokenness: the picture itself may be fine
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _fit(width: int, height: int, wanted: int) -> tuple[int, int]:
    """The size at `wanted` pixels' width: never larger than it is, never beyond what WebP can hold, never 0."""
    scale = min(1.0, wanted / width, WEBP_MAX_SIDE / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _shrunk(image: Image.Image, full: tuple[int, int], turn: int) -> Image.Image:
    """The picture decoded, in a plain mode, at the size of its largest rendition (not rotated yet)."""
    width, height = _fit(*full, WIDTHS[-1])
    target = (height, width) if turn >= 5 else (width, height)
    image.draft(image.mode, target)  # JPEG decodes at a half, a quarter … much faster
    profile = image.info.get("icc_profile")
    plain = _plain(image)
    if plain.size != target:
        plain = plain.resize(target, Image.Resampling.LANCZOS, reducing_gap=3.0)
    if not profile:
        plain, profile = _by_numbers(plain, image.info.get("nclx_profile") or {})
    plain.info = {"icc_profile": profile} if profile else {}
    return plain


def _by_numbers(image: Image.Image, nclx: dict[str, Any]) -> tuple[Image.Image, bytes | None]:
    """The picture, tone-mapped if it is HDR, and its color profile from the nclx code points."""
    table = color.table_of(nclx)
    if table is not None and image.mode in {"RGB", "RGBA"}:
        image = image.point([*table * 3, *range(256)][: 256 * len(image.mode)])
    return image, color.profile_of(nclx) if image.mode in {"RGB", "RGBA"} else None


def _plain(image: Image.Image) -> Image.Image:
    """In mode L, LA, RGB, RGBA or CMYK, 8 bits: whatever it was before."""
    image.load()
    if image.mode.startswith("I"):
        return _from_deep_grey(image)
    if image.mode in {"P", "PA", "1"} or "transparency" in image.info:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    if image.mode in {"L", "LA", "RGB", "RGBA", "CMYK"}:
        return image
    return image.convert("RGBA" if image.mode in {"RGBa", "La"} else "RGB")


def _from_deep_grey(image: Image.Image) -> Image.Image:
    """16 bits of grey scaled to 8 (a plain convert would cut them off and leave white)."""
    return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")


def _to_srgb(image: Image.Image) -> Image.Image:
    """In sRGB, mode RGB or RGBA: through its colour profile if that makes sense, else by the plain rules."""
    profile = image.info.get("icc_profile")
    alpha = image.getchannel("A") if image.mode in {"LA", "RGBA"} else None
    colours = image.convert({"LA": "L", "RGBA": "RGB"}.get(image.mode, image.mode))
    result = (profile and _through_profile(colours, profile)) or colours.convert("RGB")
    if alpha is not None and alpha.getextrema() != (255, 255):
        result.putalpha(alpha)
    return result


def _through_profile(image: Image.Image, profile: bytes) -> Image.Image | None:
    """The picture converted from its profile; None if the profile is broken or for another kind of colours."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = source.profile.xcolor_space.strip()
        if space == "RGB" and image.mode == "L":
            image = image.convert("RGB")
        if {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}.get(space) != image.mode:
            return None
        return ImageCms.profileToProfile(
            image,
            source,
            _SRGB,
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _upright(image: Image.Image, turn: int) -> Image.Image:
    """Rotated by the EXIF orientation, as a new image from the pixels alone, so that no metadata is left."""
    turned = image.transpose(_TURNS[turn]) if turn in _TURNS else image
    return Image.merge(turned.mode, turned.split())


def _blurhash(image: Image.Image) -> str:
    """The blurred placeholder, from a thumbnail of at most 32 pixels a side."""
    thumb = _on_white(image)
    thumb.thumbnail((32, 32), reducing_gap=2.0)
    pixels, width = list(thumb.get_flattened_data()), thumb.width
    rows = [pixels[at : at + width] for at in range(0, len(pixels), width)]
    across = 4 if width >= thumb.height else 3
    return str(blurhash.encode(rows, components_x=across, components_y=7 - across))


def _on_white(image: Image.Image) -> Image.Image:
    """Without transparency, for formats that know none."""
    if image.mode != "RGBA":
        return image.copy()
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _pictures(image: Image.Image, width: int, height: int) -> Iterator[Picture]:
    """The renditions, largest first (each is made from the one before), and the fallback."""
    wanted = sorted({min(w, width) for w in WIDTHS}, reverse=True)
    for at in wanted:
        image = _resized(image, _fit(width, height, at))
        yield Picture(f"w{at}.webp", "image/webp", *image.size, _encoded(image, "WEBP", WEBP_QUALITY))
        if at == min(FALLBACK_WIDTH, width):
            data = _encoded(_on_white(image), "JPEG", JPEG_QUALITY, progressive=True, optimize=True)
            yield Picture(f"w{at}.jpg", "image/jpeg", *image.size, data)


def _resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _encoded(image: Image.Image, kind: str, quality: int, **options: bool) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, quality=quality, **options)
    return target.getvalue()
