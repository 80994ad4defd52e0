"""How a stored picture is cropped and turned before it is shown.

Whatever a container says, in whatever order, is one rectangle of the stored picture and one of the eight orientations
of EXIF.
"""

from collections.abc import Iterable
from typing import NamedTuple

from PIL import Image

from media.formats.heif import Crop, Rotation, Transform
from media.processing.planes import Planes

Box = tuple[int, int, int, int]
Matrix = tuple[int, int, int, int]  # (a, b, c, d): x and y of a shown pixel are a·x + b·y and c·x + d·y of the stored
_MATRICES: dict[int, Matrix] = {
    1: (1, 0, 0, 1),
    2: (-1, 0, 0, 1),
    3: (-1, 0, 0, -1),
    4: (1, 0, 0, -1),
    5: (0, 1, 1, 0),
    6: (0, -1, 1, 0),
    7: (0, -1, -1, 0),
    8: (0, 1, -1, 0),
}
_TURNS = {matrix: turn for turn, matrix in _MATRICES.items()}
_QUARTERS = {0: 1, 1: 8, 2: 3, 3: 6}  # the orientation that so many quarters counterclockwise are
_TRANSPOSES = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Placement(NamedTuple):
    """The rectangle (left, top, right, bottom) of the stored picture that is shown, and its EXIF orientation."""

    box: Box
    turn: int = 1

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as shown."""
        return self.stored_size[::-1] if self.is_sideways else self.stored_size

    @property
    def stored_size(self) -> tuple[int, int]:
        left, top, right, bottom = self.box
        return right - left, bottom - top

    @property
    def is_sideways(self) -> bool:
        return self.turn >= 5

    def upright_planes(self, planes: Planes) -> Planes:
        """As `upright`, of planes that hold the picture alone."""
        return planes.transposed(_TRANSPOSES[self.turn]) if self.turn in _TRANSPOSES else planes

    def upright(self, image: Image.Image) -> Image.Image:
        """The cropped picture turned, as a new image from its pixels alone, so that no metadata is left."""
        turned = image.transpose(_TRANSPOSES[self.turn]) if self.turn in _TRANSPOSES else image
        plain = Image.new(turned.mode, turned.size)
        plain.paste(turned)
        return plain


def placement_of(size: tuple[int, int], transforms: Iterable[Transform]) -> Placement:
    """The placement that these transforms make, one after the other, of a stored picture of `size`."""
    placement = Placement((0, 0, *size))
    for transform in transforms:
        placement = _then(placement, transform)
    return placement


def _then(placement: Placement, transform: Transform) -> Placement:
    if isinstance(transform, Crop):
        return placement._replace(box=_stored(placement, _rectangle(placement.size, transform)))
    turn = _QUARTERS[transform.quarters] if isinstance(transform, Rotation) else 2 if transform.is_sideways else 4
    return placement._replace(turn=_turned(placement.turn, turn))


def _turned(first: int, second: int) -> int:
    """The orientation that two are, one after the other."""
    a, b, c, d = _MATRICES[second]
    e, f, g, h = _MATRICES[first]
    return _TURNS[a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h]


def _rectangle(size: tuple[int, int], crop: Crop) -> Box:
    """The rectangle of a picture of `size`, within it and of a pixel at least."""
    left, right = _span(size[0], crop.width, crop.right)
    top, bottom = _span(size[1], crop.height, crop.below)
    return left, top, right, bottom


def _span(whole: int, length: float, offset: float) -> tuple[int, int]:
    """Where `length` of `whole` pixels begins and ends, its center `offset` right of the whole's."""
    start = round((whole - length) / 2 + offset)
    first = min(max(start, 0), whole - 1)
    return first, min(max(start + round(length), first + 1), whole)


def _stored(placement: Placement, box: Box) -> Box:
    """A rectangle of the shown picture, in the pixels of the stored one."""
    (width, height), (left, top, *_) = placement.size, placement.box
    a, b, c, d = _MATRICES[placement.turn]
    xs, ys = (box[0] - width / 2, box[2] - width / 2), (box[1] - height / 2, box[3] - height / 2)
    across = sorted(a * x + c * y for x, y in zip(xs, ys, strict=True))  # the inverse: its transpose
    down = sorted(b * x + d * y for x, y in zip(xs, ys, strict=True))
    stored_width, stored_height = placement.stored_size
    return (
        left + round(across[0] + stored_width / 2),
        top + round(down[0] + stored_height / 2),
        left + round(across[1] + stored_width / 2),
        top + round(down[1] + stored_height / 2),
    )
