"""A picture as a plane of luma and two of color at half its size, as WebP, JPEG and phones' HEICs hold it.

Scaling, turning and encoding then handle half of the numbers, and no encoder makes such planes of RGB again. No Django
here: a confined child loads this file.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from PIL import Image, ImageChops

_MIDDLE = 128
_MAX_CHANGE = 40  # of luma, of 255, that may be made at half the size
_MAX_GREY_CHANGE = 2
_LUMA = [min(255, max(0, round((code - 16) * 255 / 219))) for code in range(256)]
_COLORS = [min(255, max(0, round(128 + (code - 128) * 255 / 224))) for code in range(256)]
# BT.601 by Pillow's matrices, which round; its conversions from and to YCbCr cut, a whole step darker there and back.
_TO_YCBCR = (0.299, 0.587, 0.114, 0, -0.168736, -0.331264, 0.5, 128, 0.5, -0.418688, -0.081312, 128)
_TO_RGB = (1, 0, 1.402, -179.456, 1, -0.344136, -0.714136, 135.458816, 1, 1.772, 0, -226.816)
Convert = Callable[[Image.Image], Image.Image]


class Planes(NamedTuple):
    """Luma, blue and red difference by BT.601, of full range; the color planes' sides are halves, rounded up."""

    luma: Image.Image
    blue: Image.Image
    red: Image.Image

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture."""
        return self.luma.size

    def resized(self, size: tuple[int, int], by: Image.Resampling) -> "Planes":
        """At another size; `by` is for luma, of color nobody sees the difference."""
        if size == self.size:
            return self
        colors = [plane.resize(half_of(size), Image.Resampling.HAMMING, reducing_gap=3.0) for plane in self[1:]]
        return Planes(self.luma.resize(size, by, reducing_gap=3.0), *colors)

    def transposed(self, how: Image.Transpose) -> "Planes":
        """Turned or mirrored."""
        return Planes(*(plane.transpose(how) for plane in self))

    def of_full_range(self) -> "Planes":
        """What is of limited range (black is 16, white 235, colors reach 112 from 128) brought to full range."""
        return Planes(self.luma.point(_LUMA), *(plane.point(_COLORS) for plane in self[1:]))

    def ycbcr(self) -> Image.Image:
        """As one image of mode YCbCr, which a JPEG's encoder takes apart into the very same planes."""
        width, height = self.blue.size
        box = (0, 0, *self.size)
        whole = (plane.resize((2 * width, 2 * height), Image.Resampling.NEAREST).crop(box) for plane in self[1:])
        return Image.merge("YCbCr", (self.luma, *whole))

    def rgb(self) -> Image.Image:
        """As RGB, the color planes smoothed."""
        colors = (plane.resize(self.size, Image.Resampling.BILINEAR) for plane in self[1:])
        return _rgb(self.luma, *colors)

    def recolored(self, convert: Convert) -> "Planes":
        """The picture in other colors: `convert` makes RGB of RGB, of any size.

        It is given the picture at half its size, where the color planes are; luma keeps its detail and is changed by
        how much luma changes there. Where that would not be near enough (it changes greys, or luma by much), the
        whole picture is converted.
        """
        if _keeps_greys(convert):
            small = self.luma.reduce(2)
            luma, *colors = convert(_rgb(small, *self[1:])).convert("RGB", _TO_YCBCR).split()
            change = ImageChops.subtract(luma, small, 1, _MIDDLE)
            extremes: Any = change.getextrema()
            if max(abs(extreme - _MIDDLE) for extreme in extremes) <= _MAX_CHANGE:
                change = change.resize(self.size, Image.Resampling.NEAREST)
                return Planes(ImageChops.add(self.luma, change, 1, -_MIDDLE), *colors)
        return planes_of(convert(self.rgb()))


def planes_of(image: Image.Image) -> Planes:
    """The planes of an RGB picture."""
    whole = image.convert("RGB", _TO_YCBCR)
    whole.info.clear()  # comments, which an encoder would write again
    luma, blue, red = whole.split()
    return Planes(luma, blue.reduce(2), red.reduce(2))


def half_of(size: tuple[int, int]) -> tuple[int, int]:
    """The size of the color planes."""
    return (size[0] + 1) // 2, (size[1] + 1) // 2


def _rgb(luma: Image.Image, blue: Image.Image, red: Image.Image) -> Image.Image:
    return Image.merge("RGB", (luma, blue, red)).convert("RGB", _TO_RGB)


def _keeps_greys(convert: Convert) -> bool:
    grey = Image.linear_gradient("L").resize((1, 256))
    greys = Image.merge("RGB", (grey, grey, grey))
    changes: Any = ImageChops.difference(convert(greys), greys).getextrema()
    return all(high <= _MAX_GREY_CHANGE for _, high in changes)
