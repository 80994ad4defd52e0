"""How well perceptual hashes tell copies of a picture from other pictures: ours, pdqhash and ImageHash, side by side.

Run as `python -m devtools.bench.near_copies`; the two libraries are measured where they are installed
(`pip install pdqhash ImageHash`), nothing else needs them. The pictures are the demo world's photographs and some that
are drawn here: screens of text, charts, gradients. docs/abuse.md has the table.
"""

import importlib
import importlib.util
import io
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any, NamedTuple

from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from devtools.demo.world import PHOTOS
from media.processing import perceptual_hash

DRAWN = 24
WITHIN = perceptual_hash.BITS // 8 - 1  # 31 of 256 bits; of other lengths, as large a share
Change = Callable[[Image.Image], Image.Image]


class Hash(NamedTuple):
    """One way to hash: its bits, and the function that gives them as a number."""

    bits: int
    of: Callable[[Image.Image], int]

    @property
    def within(self) -> int:
        return (WITHIN * self.bits) // perceptual_hash.BITS


def ours(image: Image.Image) -> int:
    return int(perceptual_hash.hash_of(image).digits, 16)


def hashes() -> dict[str, Hash]:
    """Those that are installed."""
    found = {"ours (PDQ on Pillow)": Hash(256, ours)}
    if importlib.util.find_spec("pdqhash"):
        pdqhash: Any = importlib.import_module("pdqhash")
        numpy: Any = importlib.import_module("numpy")
        found["pdqhash"] = Hash(256, lambda image: _packed(pdqhash.compute(numpy.asarray(image))[0]))
    if importlib.util.find_spec("imagehash"):
        imagehash: Any = importlib.import_module("imagehash")
        found["ImageHash phash, 64 bits"] = Hash(64, lambda image: _packed(imagehash.phash(image).hash.flatten()))
        found["ImageHash phash, 256 bits"] = Hash(
            256, lambda image: _packed(imagehash.phash(image, hash_size=16).hash.flatten())
        )
        found["ImageHash dhash, 64 bits"] = Hash(64, lambda image: _packed(imagehash.dhash(image).hash.flatten()))
    return found


def _packed(bits: Any) -> int:
    return int("".join("1" if bit else "0" for bit in bits), 2)


def pictures() -> list[Image.Image]:
    """Photographs of at most 1,080 pixels a side, and drawn ones."""
    found = []
    for path in sorted(PHOTOS.glob("*.jpg")):
        with Image.open(path) as photo:
            picture = photo.convert("RGB")
        picture.thumbnail((1080, 1080))
        found.append(picture)
    return [*found, *(_drawn(number) for number in range(DRAWN))]


def _drawn(number: int) -> Image.Image:
    """A screen of text, a chart or a gradient; the same every time."""
    dice = random.Random(number)
    picture = Image.new("RGB", (900, 1200 if number % 2 else 700), _color(dice, 200))
    draw = ImageDraw.Draw(picture)
    if number % 3 == 0:
        for line in range(20, picture.height - 20, 28):
            words = " ".join("x" * dice.randint(2, 9) for _ in range(dice.randint(3, 11)))
            draw.text((30, line), words, fill=(20, 20, 20), font_size=24)
    elif number % 3 == 1:
        for bar in range(dice.randint(4, 12)):
            draw.rectangle((40 + bar * 70, dice.randint(50, 600), 90 + bar * 70, picture.height), fill=_color(dice))
    else:
        ramp = Image.linear_gradient("L").resize(picture.size).rotate(dice.randint(0, 359), expand=False)
        picture.paste(_color(dice), mask=ramp)
    return picture


def _color(dice: random.Random, least: int = 0) -> tuple[int, int, int]:
    return dice.randint(least, 255), dice.randint(least, 255), dice.randint(least, 255)


def _recompressed(quality: int) -> Change:
    def change(image: Image.Image) -> Image.Image:
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality)
        return Image.open(file).convert("RGB")

    return change


def _scaled(by: float) -> Change:
    return lambda image: image.resize((max(1, round(image.width * by)), max(1, round(image.height * by))))


def _cropped(share: float) -> Change:
    """Without this share of the width and of the height, taken from the left and the top alone."""
    return lambda image: image.crop((round(image.width * share), round(image.height * share), *image.size))


def _captioned(image: Image.Image) -> Image.Image:
    """With a black bar of text over its lowest eighth."""
    result = image.copy()
    top = result.height * 7 // 8
    draw = ImageDraw.Draw(result)
    draw.rectangle((0, top, *result.size), fill="black")
    draw.text((20, top + 10), "when the weekend begins", fill="white", font_size=max(10, result.height // 16))
    return result


def _bordered(share: float) -> Change:
    return lambda image: ImageOps.expand(image, round(image.width * share), "white")


def changes() -> dict[str, Change]:
    """What is done to pictures in order to pass them off as others, and what merely happens to them."""
    return {
        "rescaled to a half": _scaled(0.5),
        "rescaled to a sixth": _scaled(1 / 6),
        "JPEG, quality 60": _recompressed(60),
        "JPEG, quality 15": _recompressed(15),
        "brighter by 30 %": lambda image: ImageEnhance.Brightness(image).enhance(1.3),
        "contrast up by 40 %": lambda image: ImageEnhance.Contrast(image).enhance(1.4),
        "grey": lambda image: image.convert("L").convert("RGB"),
        "caption over an eighth": _captioned,
        "white border, 3 %": _bordered(0.03),
        "white border, 8 %": _bordered(0.08),
        "5 % cropped off two sides": _cropped(0.05),
        "10 % cropped off two sides": _cropped(0.1),
        "20 % cropped off two sides": _cropped(0.2),
        "turned by 2°": lambda image: image.rotate(2, Image.Resampling.BICUBIC),
        "mirrored": ImageOps.mirror,
    }


def table(found: dict[str, Hash], shown: list[Image.Image]) -> Iterator[str]:
    """Of each change the share of copies that are found, with the median of the distances."""
    kept = {name: [one.of(image) for image in shown] for name, one in found.items()}
    yield "| copies | " + " | ".join(found) + " |"
    yield "|---|" + "---|" * len(found)
    for label, change in changes().items():
        copies = [change(image) for image in shown]
        yield _row(label, found, kept, copies)
        if label == "mirrored":
            yield _mirror_row(found, kept, copies)
    yield _unlike(found, kept)


def _row(label: str, found: dict[str, Hash], kept: dict[str, list[int]], copies: list[Image.Image]) -> str:
    cells = [_cell(one, kept[name], [one.of(copy) for copy in copies]) for name, one in found.items()]
    return f"| {label} | " + " | ".join(cells) + " |"


def _mirror_row(found: dict[str, Hash], kept: dict[str, list[int]], copies: list[Image.Image]) -> str:
    """Looked for by the hash that is the mirrored picture's, made of the bits alone."""
    name, one = next(iter(found.items()))
    turned = [int(perceptual_hash.mirrored(f"{value:064x}"), 16) for value in kept[name]]
    others = " | –" * (len(found) - 1)
    return f"| mirrored, looked for as such | {_cell(one, turned, [one.of(copy) for copy in copies])}{others} |"


def _cell(one: Hash, before: list[int], after: list[int]) -> str:
    distances = [(left ^ right).bit_count() for left, right in zip(before, after, strict=True)]
    share = sum(distance <= one.within for distance in distances) / len(distances)
    return f"{share:.0%} ({statistics.median(distances):.0f})"


def _unlike(found: dict[str, Hash], kept: dict[str, list[int]]) -> str:
    cells = []
    for name, one in found.items():
        distances = [(left ^ right).bit_count() for left, right in combinations(kept[name], 2)]
        wrong = sum(distance <= one.within for distance in distances)
        cells.append(f"{wrong} of {len(distances)} (nearest {min(distances)})")
    return "| other pictures, taken for copies | " + " | ".join(cells) + " |"


def costs(found: dict[str, Hash], shown: list[Image.Image]) -> Iterator[str]:
    """Milliseconds of CPU time for one picture; the ways take turns."""
    spent = dict.fromkeys(found, 0.0)
    for image in shown:
        for name, one in found.items():
            began = time.process_time()
            one.of(image)
            spent[name] += time.process_time() - began
    for name, seconds in spent.items():
        yield f"{name}: {seconds / len(shown) * 1000:.1f} ms of CPU time a picture"


def main() -> None:
    shown, found = pictures(), hashes()
    tellable = [image for image in shown if perceptual_hash.hash_of(image).quality >= perceptual_hash.MIN_QUALITY]
    plain = len(shown) - len(tellable)
    within = ", ".join(f"{name} {one.within}" for name, one in found.items())
    lines = [f"{len(tellable)} pictures ({plain} more are too plain); found within: {within}"]
    lines += [*table(found, tellable), *costs(found, tellable)]
    if "pdqhash" in found:
        apart = [(found["pdqhash"].of(image), ours(image)) for image in tellable]
        lines.append(f"ours from pdqhash: {_spread([_pdq_distance(*pair) for pair in apart])}")
    sys.stdout.write("\n".join(lines) + "\n")


def _pdq_distance(theirs: int, own: int) -> int:
    """The library gives the bits from the highest to the lowest."""
    return (theirs ^ own).bit_count()


def _spread(distances: list[int]) -> str:
    return f"median {statistics.median(distances):.0f}, at most {max(distances)} bits"


if __name__ == "__main__":
    main()
