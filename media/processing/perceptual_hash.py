"""The perceptual hash of a picture: PDQ, 256 bits that copies share but for a few.

Rescaled, recompressed, brightened copies differ in few of the bits, other pictures in about half of them. The
algorithm is that of "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm" (Facebook, 2019), so
that lists of PDQ hashes which services share can be used as they are; only its first step is Pillow's own scaling.
docs/abuse.md says why it is written here, and what was measured. No Django here: a confined child loads
this file.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import mul
from statistics import median
from typing import NamedTuple

from PIL import Image

SIDE, COEFFICIENTS = 64, 16
BITS = COEFFICIENTS * COEFFICIENTS
MIN_QUALITY = 50  # of 100, as the paper says: below, a picture is too plain to be known by its hash
_ODD_WAVES = int("5555" * COEFFICIENTS, 16)
Rows = Sequence[Sequence[float]]
_WAVES = [
    [math.sqrt(2 / SIDE) * math.cos(math.pi / 2 / SIDE * (i + 1) * (2 * j + 1)) for j in range(SIDE)]
    for i in range(COEFFICIENTS)
]


class PerceptualHash(NamedTuple):
    """256 bits as 64 hexadecimal digits, and how much there is to be seen in the picture, 0 to 100."""

    digits: str
    quality: int


def hash_of(image: Image.Image) -> PerceptualHash:
    """The hash of an upright picture without transparency. Takes some 10 ms, whatever its size."""
    small = image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX)
    values = list(small.tobytes())
    rows = [values[at : at + SIDE] for at in range(0, SIDE * SIDE, SIDE)]
    return PerceptualHash(_digits(_transformed(rows)), _quality(rows))


def mirrored(digits: str) -> str:
    """The hash of the same picture mirrored left to right, but for a few bits: odd waves across change their sign."""
    return f"{int(digits, 16) ^ _ODD_WAVES:064x}"


def distance(one: str, other: str) -> int:
    """In how many bits two hashes differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def _transformed(rows: Rows) -> list[list[float]]:
    """The lowest frequencies of a discrete cosine transform, without the constant one."""
    columns = list(zip(*rows, strict=True))
    half = [[_dot(wave, column) for column in columns] for wave in _WAVES]
    return [[_dot(row, wave) for wave in _WAVES] for row in half]


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    total: float = sum(map(mul, one, other))
    return total


def _digits(coefficients: Rows) -> str:
    """One bit for each that is above the median, the first one lowest."""
    flat = [value for row in coefficients for value in row]
    middle = median(flat)
    bits = sum(1 << at for at, value in enumerate(flat) if value > middle)
    return f"{bits:064x}"


def _quality(rows: Rows) -> int:
    """The paper's measure: how much neighbours differ, in percent of the range, over 90."""
    down = (zip(above, below, strict=True) for above, below in pairwise(rows))
    across = (pairwise(row) for row in rows)
    return min(100, (_steps(down) + _steps(across)) // 90)


def _steps(lines: Iterable[Iterable[tuple[float, float]]]) -> int:
    return sum(abs(int((one - other) * 100 / 255)) for line in lines for one, other in line)
