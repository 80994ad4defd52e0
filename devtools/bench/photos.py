"""What the renditions of a 12-megapixel photo cost: our pipeline and pyvips, side by side.

Each measurement is a fresh process that makes one rendition from the file, as a worker would; the libraries take turns,
so that whatever else the machine does meets both.
"""

import importlib.util
import io
import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pillow_heif
from PIL import Image, ImageOps

from devtools.demo.world import PHOTOS

SIZE = (4032, 3024)  # of a phone's camera
ACROSS, DOWN = 6, 4
QUALITY = 90
OURS, OTHER = "ours", "pyvips"
# Of which all renditions are made: ending and quality, of HEIC that of a file of 2 MB, as phones make them.
FORMATS = {"JPEG": ("jpg", QUALITY), "WebP": ("webp", QUALITY), "HEIC": ("heic", 65)}
RENDITIONS = ("w320.webp", "w640.webp", "w1080.webp", "w2048.webp", "w1080.jpg", "blurhash", "all")


class Cost(NamedTuple):
    """Of one process: milliseconds, the peak of its memory in MB, and the bytes it made."""

    cpu: float
    wall: float
    memory: float
    size: float


Costs = dict[tuple[str, str], list[Cost]]  # (rendition, library)


def collage() -> bytes:
    """A photo as large as a phone's, of the demo world's photographs; the same every time."""
    sheet = Image.new("RGB", SIZE)
    cell = (SIZE[0] // ACROSS, SIZE[1] // DOWN)
    for at, path in enumerate(sorted(PHOTOS.glob("*.jpg"))[: ACROSS * DOWN]):
        with Image.open(path) as photo:
            piece = ImageOps.fit(photo.convert("RGB"), cell, Image.Resampling.LANCZOS)
        sheet.paste(piece, (at % ACROSS * cell[0], at // ACROSS * cell[1]))
    target = io.BytesIO()
    sheet.save(target, "JPEG", quality=QUALITY)
    return target.getvalue()


def libraries() -> list[str]:
    """Those that are installed, ours first."""
    return [OURS, *([OTHER] if importlib.util.find_spec(OTHER) else [])]


def measure(library: str, rendition: str, photo: Path) -> Cost:
    """One rendition by one library, in a process of its own."""
    command = [sys.executable, "-m", "devtools.bench.one_rendition", library, rendition, str(photo)]
    found = subprocess.run(command, check=True, capture_output=True, timeout=300)  # noqa: S603 - our own module
    return Cost(**json.loads(found.stdout))


def rounds(photo: Path, repeat: int) -> Iterator[tuple[str, str, Cost]]:
    """All measurements, one after another; who goes first changes from round to round."""
    names = libraries()
    for number in range(repeat):
        for rendition in RENDITIONS:
            for library in names if number % 2 == 0 else reversed(names):
                yield rendition, library, measure(library, rendition, photo)


def run(photo: Path, repeat: int, step: Callable[[], object]) -> Costs:
    """Measures everything `repeat` times; `step` is called after each measurement."""
    costs: Costs = {}
    for rendition, library, cost in rounds(photo, repeat):
        costs.setdefault((rendition, library), []).append(cost)
        step()
    return costs


def write_formats(photo: Path) -> dict[str, Path]:
    """The photo in each format, beside it."""
    pillow_heif.register_heif_opener()
    found = {}
    with Image.open(photo) as image:
        for name, (ending, quality) in FORMATS.items():
            found[name] = photo.with_suffix(f".{ending}")
            if found[name] != photo:
                image.save(found[name], quality=quality)
    return found


def run_formats(photo: Path, repeat: int, step: Callable[[], object]) -> Costs:
    """What all renditions of each format cost."""
    costs: Costs = {}
    paths = write_formats(photo)
    for _ in range(repeat):
        for name, path in paths.items():
            costs.setdefault((f"all, of {name}", OURS), []).append(measure(OURS, "all", path))
            step()
    return costs


def medians(costs: Costs) -> dict[tuple[str, str], Cost]:
    """The middle of each column by itself."""
    return {key: Cost(*map(statistics.median, zip(*found, strict=True))) for key, found in costs.items()}


def spread(costs: Costs) -> float:
    """How far CPU times of the same work lie apart, as a share of their median; the worst of all rows."""
    times = [[cost.cpu for cost in found] for found in costs.values()]
    return max((max(one) - min(one)) / statistics.median(one) for one in times)


def table(costs: Costs) -> list[str]:
    """Medians of each rendition and library, as a Markdown table."""
    head = ["| rendition | library | CPU ms | wall ms | peak MB | kB |", "|---|---|--:|--:|--:|--:|"]
    return head + [
        f"| {name} | {library} | {one.cpu:.0f} | {one.wall:.0f} | {one.memory:.0f} | {_kilobytes(one.size)} |"
        for (name, library), one in medians(costs).items()
    ]


def _kilobytes(size: float) -> str:
    return f"{size / 1000:.1f}" if size >= 1000 else "–"


def ratios(costs: Costs) -> list[str]:
    """pyvips as a multiple of ours; below 1 it needs less. And what each rendition of ours is of the whole."""
    found = medians(costs)
    whole = found["all", OURS].cpu
    rows = []
    for name in RENDITIONS:
        ours, other = found[name, OURS], found[name, OTHER]
        times = [f"{theirs / own:.2f}" if own else "–" for own, theirs in zip(ours, other, strict=True)]
        times[3] = times[3] if ours.size >= 1000 else "–"
        rows.append(f"| {name} | {ours.cpu / whole:.2f} | {' | '.join(times)} | {_kilobytes(ours.size)} |")
    head = "| rendition | CPU of ours, all = 1 | CPU | wall | peak memory | bytes | kB of ours |"
    return [head, "|---|--:|--:|--:|--:|--:|--:|", *rows]
