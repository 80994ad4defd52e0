"""The imaging pipeline: renditions of an original photo.

Decodes one named format, sets the picture upright, brings its colours to sRGB, and writes WebP in the widths of screens
plus one JPEG for old clients; nothing else of the file gets through (no EXIF, GPS, XMP, profile or comment). It runs in
a process of its own (`media.processing.photo_process`), because decoders are where hostile files do their work. No
Django here.
"""

import contextlib
import ctypes
import importlib
import io
import mmap
import warnings
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

import blurhash
from PIL import Image, ImageCms

from media.formats.errors import CorruptFile
from media.processing import color, containers, hevc, truncation, webp_encoder
from media.processing.containers import Contents
from media.processing.perceptual_hash import PerceptualHash, hash_of
from media.processing.placement import Placement, placement_of
from media.processing.planes import Planes

WIDTHS = (320, 640, 1080, 2048)
FALLBACK_WIDTH = 1080
WEBP_MAX_SIDE = 16383  # pixels a side, of the format
WEBP_QUALITY = 80
WEBP_METHOD = 2  # half the time of 4, Pillow's own, for files 3 % larger: docs/benchmarks.md
EVEN_PIXELS = 4_000_000  # planes of more, an upright picture's, are encoded without analysis
EVEN_QUALITY_LESS = 3  # comes to the same luma PSNR: docs/benchmarks.md
JPEG_QUALITY = 82
# The first step has the most pixels; Hamming takes three fifths of bicubic's time there (docs/benchmarks.md).
_FIRST, _LATER = Image.Resampling.HAMMING, Image.Resampling.BICUBIC
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
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # of malloc.h
_KEPT_BYTES = 32 * 1024 * 1024  # Pillow asks for 16 MB at most at a time
_SRGB = ImageCms.createProfile("sRGB")
Shown = Planes | Image.Image  # RGB, or RGBA if anything can be seen through it


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
    """An upright photo or video: size in pixels, blurhash, renditions, seconds, codes of `notices`, and the perceptual
    hash of the photo or poster."""

    width: int
    height: int
    blurhash: str
    pictures: list[Picture]
    duration: float | None = None
    notices: tuple[str, ...] = ()
    hash: PerceptualHash | None = None


def prepare(content_type: str) -> None:
    """Loads the decoder and the encoders, and sets the library's strict mode; call it before `sandbox.confine`."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    _keep_freed_memory()
    Image.preinit()
    for module in (*_LOADED_LATE, *_DECODERS.get(content_type, ())):
        loaded: Any = importlib.import_module(module)
        if module == "pillow_heif":
            loaded.register_heif_opener(thumbnails=False)
            hevc.library()
            webp_encoder.library()
        if module == "PIL.AvifImagePlugin":
            loaded.DEFAULT_MAX_THREADS = 1


def _keep_freed_memory() -> None:
    """Lets the next image have the memory of the last one: given back, Linux would clear each page of it anew."""
    with contextlib.suppress(AttributeError):  # not everybody's C library has it
        for option in _M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD:
            ctypes.CDLL(None).mallopt(option, _KEPT_BYTES)


def make_renditions(file: IO[bytes], content_type: str, most_pixels: int, png_bytes: int = 0) -> Processed:
    """Makes all renditions of one photo. Raises `TooLarge`, or any exception of the decoder on a broken file.

    If another decoder was asked already, the first `png_bytes` of the file are what it made of the rest.
    """
    Image.MAX_IMAGE_PIXELS = most_pixels
    contents = containers.read(file, content_type, png_bytes)
    image = Image.open(contents.file, formats=("PNG",) if png_bytes else FORMATS[content_type])
    if image.width * image.height > most_pixels:
        raise TooLarge
    if contents.stored_size not in {None, image.size}:
        raise CorruptFile("A decoder made a part of the picture")
    wanted = _fit(*image.size, WIDTHS[-1])
    if not contents.has_end:
        truncation.check_whole(contents.file.getvalue(), wanted)
    upright, size = _from_planes(image, contents) or _from_decoder(image, contents)
    if contents.has_end and content_type == "image/jpeg":
        truncation.check_ended(contents.file.getvalue(), image, wanted)
    scaled = _scaled(upright, *size)
    pictures = [picture for one in scaled for picture in _pictures(one, min(FALLBACK_WIDTH, size[0]))]
    found = hash_of(upright.luma if isinstance(upright, Planes) else on_white(upright))
    return Processed(*size, _blurhash(on_white(scaled[-1])), pictures, notices=contents.notices, hash=found)


def _fit(width: int, height: int, wanted: int) -> tuple[int, int]:
    """The size at `wanted` pixels' width: never larger than it is, never beyond what WebP can hold, never 0."""
    scale = min(1.0, wanted / width, WEBP_MAX_SIDE / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _from_planes(image: Image.Image, contents: Contents) -> tuple[Shown, tuple[int, int]] | None:
    """As `_from_decoder`, by the way that is quicker and only for a HEIC as phones make it."""
    if contents.coded is None:
        return None
    placement = placement_of((contents.coded.width, contents.coded.height), contents.coded.transforms)
    stored = hevc.shrunk(contents.coded, _target(placement)) if placement.size == image.size else None
    if stored is None:
        return None
    turned = placement.upright_planes(stored)
    return (turned if _is_srgb(contents) else turned.recolored(lambda part: to_srgb(part, contents))), placement.size


def _from_decoder(image: Image.Image, contents: Contents) -> tuple[Shown, tuple[int, int]]:
    """What is shown of the picture, upright, at the size of its largest rendition, and its full size."""
    hevc.check(contents.tiles)
    placement = placement_of(image.size, contents.transforms)
    placement = placement if contents.transforms else placement._replace(turn=contents.orientation)
    shrunk = _shrunk(image, placement, is_premultiplied=contents.is_premultiplied)
    return placement.upright(to_srgb(shrunk, contents)), placement.size


def _target(placement: Placement) -> tuple[int, int]:
    """The size of the largest rendition before it is turned."""
    wanted = _fit(*placement.size, WIDTHS[-1])
    return wanted[::-1] if placement.is_sideways else wanted


def _shrunk(image: Image.Image, placement: Placement, *, is_premultiplied: bool) -> Image.Image:
    """What is shown of the picture, in a plain mode, at the size of its largest rendition (not turned yet)."""
    target = _target(placement)
    is_whole = placement.stored_size == image.size
    if is_whole:
        image.draft(image.mode, target)  # JPEG decodes at a half, a quarter … much faster
    decoded = _divided(plain(image)) if is_premultiplied else plain(image)
    shown = decoded if is_whole else decoded.crop(placement.box)
    return _resized(shown, target, _FIRST)


def _divided(image: Image.Image) -> Image.Image:
    """A picture whose colors were multiplied by their alpha, without that."""
    return Image.frombytes("RGBa", image.size, image.tobytes()).convert("RGBA") if image.mode == "RGBA" else image


def plain(image: Image.Image) -> Image.Image:
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


def to_srgb(image: Image.Image, contents: Contents) -> Image.Image:
    """In sRGB, mode RGB or RGBA, by the first statement about its colors that makes sense."""
    alpha = image.getchannel("A") if image.mode in {"LA", "RGBA"} else None
    colors = image if alpha is None else image.convert({"LA": "L", "RGBA": "RGB"}[image.mode])
    found = color.meanings(contents.signals, is_adobe_rgb=contents.is_adobe_rgb)
    result = next(filter(None, (_by(colors, meaning) for meaning in found)))
    if alpha is not None and alpha.getextrema() != (255, 255):
        result.putalpha(alpha)
    return result


def _is_srgb(contents: Contents) -> bool:
    return next(color.meanings(contents.signals, is_adobe_rgb=contents.is_adobe_rgb)) == color.Meaning()


def _by(image: Image.Image, meaning: color.Meaning) -> Image.Image | None:
    """The picture in sRGB if that is what its numbers mean; None if they cannot."""
    if meaning.tones is not None:
        image = image.convert("RGB").point(meaning.tones * 3)
    if meaning.profile:
        return _through_profile(image, meaning.profile)
    return image if image.mode == "RGB" else image.convert("RGB")


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


def _blurhash(image: Image.Image) -> str:
    """The blurred placeholder of an RGB picture, from a thumbnail of at most 32 pixels a side."""
    thumb = image.copy()
    thumb.thumbnail((32, 32), reducing_gap=2.0)
    pixels, width = list(thumb.get_flattened_data()), thumb.width
    rows = [pixels[at : at + width] for at in range(0, len(pixels), width)]
    across = 4 if width >= thumb.height else 3
    return str(blurhash.encode(rows, components_x=across, components_y=7 - across))


def on_white(image: Shown) -> Image.Image:
    """As RGB without transparency, for formats that know none."""
    if isinstance(image, Planes):
        return image.rgb()
    if image.mode != "RGBA":
        return image.copy()
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _scaled(image: Shown, width: int, height: int) -> list[Shown]:
    """The picture at the sizes of its renditions, largest first; each is made from the one before."""
    found: list[Shown] = []
    for at in sorted({min(w, width) for w in WIDTHS}, reverse=True):
        before, size = found[-1] if found else image, _fit(width, height, at)
        found.append(before.resized(size, _LATER) if isinstance(before, Planes) else _resized(before, size, _LATER))
    return found


def _pictures(image: Shown, fallback_width: int) -> Iterator[Picture]:
    """The rendition of this size, and the fallback if it is that of one."""
    width = image.size[0]
    yield Picture(f"w{width}.webp", "image/webp", *image.size, _encoded(image, "WEBP", WEBP_QUALITY))
    if width == fallback_width:
        yield Picture(f"w{width}.jpg", "image/jpeg", *image.size, _encoded(image, "JPEG", JPEG_QUALITY))


def _resized(image: Image.Image, size: tuple[int, int], by: Image.Resampling) -> Image.Image:
    return image if image.size == size else image.resize(size, by, reducing_gap=3.0)


def _encoded(image: Shown, kind: str, quality: int) -> bytes:
    target = io.BytesIO()
    if kind == "JPEG":
        plain = image.ycbcr() if isinstance(image, Planes) else on_white(image)
        plain.save(target, kind, quality=quality, progressive=True, optimize=True)
        return target.getvalue()
    if isinstance(image, Planes):
        if found := _webp_of_planes(image, quality):
            return found
        image = image.rgb()
    image.save(target, kind, quality=quality, method=WEBP_METHOD)
    return target.getvalue()


def _webp_of_planes(planes: Planes, quality: int) -> bytes | None:
    if planes.size[0] * planes.size[1] > EVEN_PIXELS:
        return webp_encoder.encoded(planes, quality - EVEN_QUALITY_LESS, WEBP_METHOD, is_even=True)
    return webp_encoder.encoded(planes, quality, WEBP_METHOD)
