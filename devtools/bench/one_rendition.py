"""The measured process: makes one rendition of one photo with one library, and says what it cost.

Run as `python -m devtools.bench.one_rendition LIBRARY RENDITION PHOTO`. Loading the library is not counted; the peak
of memory is that of the whole process.
"""

import importlib
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import blurhash

from media.formats.sniffing import sniff
from media.processing import photos

WEBP_EFFORT = photos.WEBP_METHOD
TALL = 100_000  # more than any height, so that the width decides
Make = Callable[[Path, str], int]


def ours(photo: Path, rendition: str) -> int:
    """The pipeline, cut down to what is asked for; says how many bytes it made."""
    _cut_down(rendition)
    with photo.open("rb") as file:
        made = photos.make_renditions(file, content_type_of(photo), 50_000_000)
    return sum(len(picture.data) for picture in made.pictures) or len(made.blurhash)


def content_type_of(photo: Path) -> str:
    with photo.open("rb") as file:
        return sniff(file).content_type


def _cut_down(rendition: str) -> None:
    """Leaves out of the pipeline, in this process, all but one rendition."""
    if rendition == "all":
        return
    encoded = photos._encoded

    def only(image: Any, kind: str, quality: int, **options: int) -> bytes:
        asked = {"webp": "WEBP", "jpg": "JPEG"}.get(rendition.partition(".")[2])
        return encoded(image, kind, quality, **options) if kind == asked else b""

    width = 32 if rendition == "blurhash" else _width(rendition)
    photos.WIDTHS = (width,)  # type: ignore[assignment]
    photos.FALLBACK_WIDTH = width if rendition.endswith(".jpg") else 0
    photos._encoded = only
    if rendition != "blurhash":
        photos._blurhash = lambda image: ""


def _width(rendition: str) -> int:
    return int(rendition[1:].partition(".")[0])


def with_pyvips(photo: Path, rendition: str) -> int:
    """The same by pyvips: shrink on load, sRGB, no metadata, the same qualities; each size from the one before."""
    vips: Any = importlib.import_module("pyvips")
    if rendition == "blurhash":
        return len(_vips_blurhash(vips.Image.thumbnail(str(photo), 32, size="down")))
    widths = sorted(photos.WIDTHS, reverse=True) if rendition == "all" else [_width(rendition)]
    image = _held(vips.Image.thumbnail(str(photo), widths[0], height=TALL, size="down", output_profile="srgb"))
    if rendition == "all":
        _vips_blurhash(image.thumbnail_image(32, size="down"))
    total = 0
    for width in widths:
        image = image if image.width <= width else _held(image.thumbnail_image(width, height=TALL))
        total += sum(len(data) for data in _vips_encoded(image, width, rendition))
    return total


def _vips_encoded(image: Any, width: int, rendition: str) -> Iterator[bytes]:
    if not rendition.endswith(".jpg"):
        yield image.webpsave_buffer(Q=photos.WEBP_QUALITY, effort=WEBP_EFFORT, keep="none")
    if rendition.endswith(".jpg") or (rendition == "all" and width == photos.FALLBACK_WIDTH):
        yield image.jpegsave_buffer(Q=photos.JPEG_QUALITY, interlace=True, optimize_coding=True, keep="none")


def _held(image: Any) -> Any:
    """Computed once: vips would do everything before again for each picture made of it."""
    return image.copy_memory()


def _vips_blurhash(image: Any) -> str:
    bands = image.bands
    flat = image.write_to_memory()
    pixels = [tuple(flat[at : at + 3]) for at in range(0, len(flat), bands)]
    rows = [pixels[at : at + image.width] for at in range(0, len(pixels), image.width)]
    return str(blurhash.encode(rows, components_x=4, components_y=3))


def peak_memory() -> float:
    """MB. Linux hands a child the peak of its parent in getrusage, so its own account comes first."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    except (OSError, StopIteration):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def main(library: str, rendition: str, photo: str) -> None:
    """Loads, then measures."""
    photos.prepare(content_type_of(Path(photo))) if library == "ours" else importlib.import_module(library)
    make: Make = {"ours": ours, "pyvips": with_pyvips}[library]
    before, began = _cpu(), time.perf_counter()
    size = make(Path(photo), rendition)
    wall, cpu = time.perf_counter() - began, _cpu() - before
    sys.stdout.write(json.dumps({"cpu": cpu * 1000, "wall": wall * 1000, "memory": peak_memory(), "size": size}))


def _cpu() -> float:
    """Seconds of processor that this process has used, in all its threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(*sys.argv[1:])
