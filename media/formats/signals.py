"""What a file of a picture says of its colors."""

from typing import NamedTuple


class Cicp(NamedTuple):
    """Code points of ITU-T H.273 (`nclx` of HEIC and AVIF, `cICP` of PNG); 2 is "not specified"."""

    primaries: int
    transfer: int


class Chromaticities(NamedTuple):
    """CIE x and y of white, red, green and blue."""

    white: tuple[float, float]
    red: tuple[float, float]
    green: tuple[float, float]
    blue: tuple[float, float]


class ColorSignals(NamedTuple):
    """All of a file's statements about its colors; `media.processing.color` decides which counts."""

    icc: bytes | None = None
    cicp: Cicp | None = None
    cicp_first: bool = False  # before the ICC profile, as PNG has it
    is_srgb: bool = False
    gamma: float | None = None  # of the encoding, as in PNG: 0.45455 is 1/2.2
    chromaticities: Chromaticities | None = None
