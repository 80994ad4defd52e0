"""Contact sheets: our picture of each file, and the reference decoder's beside it, a hundred files a sheet."""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw

from devtools.corpus.results import Result

PER_SHEET, ACROSS = 100, 4
SIDE, TEXT, GAP = 120, 34, 6
_CELL = (2 * SIDE + 3 * GAP, SIDE + TEXT + GAP)
_COLORS = {"ready": "black", "failed": "firebrick", "refused": "gray"}
_LETTERS = 40  # of a line


def write(results: list[Result], folder: Path) -> list[Path]:
    """Writes `sheet-1.jpg` and so on into the folder that holds the pictures."""
    return list(_sheets(results, folder))


def _sheets(results: list[Result], folder: Path) -> Iterator[Path]:
    for first in range(0, len(results), PER_SHEET):
        shown = results[first : first + PER_SHEET]
        rows = -(-len(shown) // ACROSS)
        sheet = Image.new("RGB", (ACROSS * _CELL[0], rows * _CELL[1]), "white")
        for place, result in enumerate(shown):
            _draw(sheet, result, (place % ACROSS * _CELL[0], place // ACROSS * _CELL[1]), folder)
        path = folder / f"sheet-{first // PER_SHEET + 1}.jpg"
        sheet.save(path, quality=85)
        yield path


def _draw(sheet: Image.Image, result: Result, corner: tuple[int, int], folder: Path) -> None:
    left, top = corner
    for number, name in enumerate((result.thumbnail, result.reference)):
        box = (left + GAP + number * (SIDE + GAP), top + GAP)
        if name and (folder / name).exists():
            with Image.open(folder / name) as image:
                image.thumbnail((SIDE, SIDE))
                sheet.paste(image, box)
        else:
            ImageDraw.Draw(sheet).rectangle((*box, box[0] + SIDE, box[1] + SIDE), outline="lightgray")
    lines = [result.name[-_LETTERS:], f"{result.state} {result.code} {' '.join(result.notices)}"[:_LETTERS]]
    draw = ImageDraw.Draw(sheet)
    for number, line in enumerate(lines):
        draw.text((left + GAP, top + SIDE + GAP + 2 + 14 * number), line, fill=_COLORS.get(result.state, "black"))
