"""The planes of a HEIC's picture, decoded by libde265 itself and scaled down, without becoming RGB.

libheif, through which pillow-heif decodes, calls the same library (it comes with the wheel), makes RGB of all pixels
and copies them twice. For the HEIC of a phone, which is shown at about half its size, the planes are scaled first, and
the filters that smooth the edges of blocks are left out: in a still picture nothing is predicted from what they make,
and the scaling hides the difference. docs/benchmarks.md has what that saves.

None is the answer wherever a picture is not as expected: then it is pillow-heif's. What libde265 itself refuses is
damaged, of every HEIC: libheif shows a grid without such a tile, or what the decoder guessed in place of it.
No Django here: a confined child loads this file.
"""

import ctypes
import functools
import importlib
from collections.abc import Iterable
from typing import Any, Self

from PIL import Image

from media.formats.errors import CorruptFile
from media.formats.heif_tiles import CodedPicture, Tile
from media.processing.planes import Planes, half_of, planes_of

_SUPPRESS_FAULTY_PICTURES, _NO_DEBLOCKING, _NO_SAO = 6, 7, 8  # parameters of libde265
_BT601 = (0.299, 0.114)
# What of luma is red and blue, by the matrix coefficients of ITU-T H.273; libheif takes 2, unspecified, for BT.601.
_WEIGHTS = {1: (0.2126, 0.0722), 2: _BT601, 5: _BT601, 6: _BT601, 9: (0.2627, 0.0593)}
_SMALL = 0.75  # of the width: what is shown larger needs the filters
_CHROMA_420, _BITS = 1, 8
_OUT_OF_MEMORY = 7  # an error of libde265
_MAX_STEPS = 16  # of decoding, beside one for each NAL unit
Weights = tuple[float, float]
_POINTER, _INT = ctypes.c_void_p, ctypes.c_int
_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "de265_new_decoder": (_POINTER, []),
    "de265_free_decoder": (_INT, [_POINTER]),
    "de265_set_parameter_bool": (None, [_POINTER, _INT, _INT]),
    "de265_push_NAL": (_INT, [_POINTER, ctypes.c_char_p, _INT, ctypes.c_int64, _POINTER]),
    "de265_flush_data": (_INT, [_POINTER]),
    "de265_decode": (_INT, [_POINTER, ctypes.POINTER(_INT)]),
    "de265_get_next_picture": (_POINTER, [_POINTER]),
    "de265_get_chroma_format": (_INT, [_POINTER]),
    "de265_get_bits_per_pixel": (_INT, [_POINTER, _INT]),
    "de265_get_image_width": (_INT, [_POINTER, _INT]),
    "de265_get_image_height": (_INT, [_POINTER, _INT]),
    "de265_get_image_plane": (_POINTER, [_POINTER, _INT, ctypes.POINTER(_INT)]),
    "de265_get_image_full_range_flag": (_INT, [_POINTER]),
    "de265_get_image_matrix_coefficients": (_INT, [_POINTER]),
}


@functools.cache
def library() -> Any:
    """libde265 as pillow-heif's wheel brings it, or None. Call it before `sandbox.confine`."""
    try:
        found = ctypes.CDLL(str(importlib.import_module("_pillow_heif").__file__))
        for name, (result, arguments) in _SIGNATURES.items():
            function = getattr(found, name)
            function.restype, function.argtypes = result, arguments
    except (ImportError, OSError, AttributeError):
        return None
    return found


def check(tiles: Iterable[Tile]) -> None:
    """Decodes what another decoder is to show. `CorruptFile` if libde265 refuses one of the tiles, or one has another
    size than the file says."""
    for tile in tiles if library() else ():
        with _Decoder(tile) as decoder:
            if decoder.decode() != tile.size:
                raise CorruptFile("A part of the picture has another size than the file says")


def shrunk(picture: CodedPicture, size: tuple[int, int]) -> Planes | None:
    """The picture as stored (not turned), at `size`; None if it is not to be had this way.

    `CorruptFile` if libde265 refuses one of its tiles.
    """
    is_worth_it = size[0] <= picture.width * _SMALL and picture.matrix in {None, *_WEIGHTS}
    decoded = _planes(picture) if is_worth_it and library() else None
    if decoded is None:
        return None
    planes, weights, is_full_range = decoded
    if weights != _BT601:
        whole = Image.merge("RGB", [_resized(plane, size) for plane in planes])
        return planes_of(whole.convert("RGB", _to_rgb(*weights, is_full_range=is_full_range)))
    planes = [_resized(planes[0], size), *(_resized(plane, half_of(size)) for plane in planes[1:])]
    return Planes(*planes) if is_full_range else Planes(*planes).of_full_range()


def _resized(plane: Image.Image, size: tuple[int, int]) -> Image.Image:
    by = Image.Resampling.HAMMING if size[0] < plane.width else Image.Resampling.BILINEAR
    return plane.resize(size, by, reducing_gap=3.0)


def _to_rgb(red: float, blue: float, *, is_full_range: bool) -> tuple[float, ...]:
    """The matrix that makes red, green and blue of luma, blue difference, red difference and 1."""
    scale, base, spread = (1.0, 0, 1.0) if is_full_range else (255 / 219, 16, 255 / 224)
    rows = (
        (0.0, 2 * (1 - red)),
        (-2 * blue * (1 - blue) / (1 - red - blue), -2 * red * (1 - red) / (1 - red - blue)),
        (2 * (1 - blue), 0.0),
    )
    return tuple(
        number for b, r in rows for number in (scale, spread * b, spread * r, -scale * base - 128 * spread * (b + r))
    )


def _planes(picture: CodedPicture) -> tuple[list[Image.Image], Weights, bool] | None:
    """The whole picture's planes, what of luma is red and blue, and whether they are of full range."""
    half = picture.width // 2, picture.height // 2
    whole = [Image.new("L", size) for size in ((picture.width, picture.height), half, half)]
    first: tuple[tuple[int, int], int, bool] | None = None
    for place, tile in enumerate(picture.tiles):
        with _Decoder(tile) as decoder:
            decoder.decode()
            planes = decoder.planes()
            found = (planes[0].size, decoder.matrix, decoder.is_full_range) if planes else None
            first = first or found
            if not planes or not first or found != first or first[0] != tile.size or not _covers(picture, first[0]):
                return None
            for target, plane in zip(whole, planes, strict=True):
                target.paste(plane, (place % picture.columns * plane.width, place // picture.columns * plane.height))
    if first is None:
        return None
    matrix, is_full_range = first[1:] if picture.matrix is None else (picture.matrix, picture.is_full_range)
    return (whole, _WEIGHTS[matrix], is_full_range) if matrix in _WEIGHTS else None


def _covers(picture: CodedPicture, tile: tuple[int, int]) -> bool:
    """Whether tiles of this size make the picture, none of them outside of it."""
    if len(picture.tiles) == 1:
        return tile == (picture.width, picture.height)
    across, down = -(-picture.width // tile[0]), -(-picture.height // tile[1])
    return (across, down) == (picture.columns, picture.rows) and tile[0] % 2 == tile[1] % 2 == 0


class _Decoder:
    """One tile's decoder, which owns the memory of its planes."""

    def __init__(self, tile: Tile) -> None:
        self._units = (*tile.parameter_sets, *tile.slices)
        self._decoder, self._picture = library().de265_new_decoder(), 0
        self.matrix, self.is_full_range = 2, False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        library().de265_free_decoder(self._decoder)

    def decode(self) -> tuple[int, int]:
        """Width and height of its only picture, which lives until the end of the context."""
        own = library()
        for parameter in (_SUPPRESS_FAULTY_PICTURES, _NO_DEBLOCKING, _NO_SAO):
            own.de265_set_parameter_bool(self._decoder, parameter, 1)
        for unit in self._units:
            own.de265_push_NAL(self._decoder, unit, len(unit), 0, None)
        own.de265_flush_data(self._decoder)
        more = ctypes.c_int(1)
        for _ in range(_MAX_STEPS + len(self._units)):
            if error := own.de265_decode(self._decoder, ctypes.byref(more)):
                raise MemoryError if error == _OUT_OF_MEMORY else CorruptFile(f"libde265 refused it: error {error}")
            if picture := own.de265_get_next_picture(self._decoder):
                self._picture = picture
                return self._size(0)
            if not more.value:
                break
        raise CorruptFile("libde265 made no whole picture of it")

    def planes(self) -> list[Image.Image] | None:
        """The planes of what was decoded, valid as long as it; None if they are not of 8 bits and 4:2:0."""
        own, picture = library(), self._picture
        self.matrix = own.de265_get_image_matrix_coefficients(picture)
        self.is_full_range = bool(own.de265_get_image_full_range_flag(picture))
        bits = {own.de265_get_bits_per_pixel(picture, channel) for channel in range(3)}
        if own.de265_get_chroma_format(picture) != _CHROMA_420 or bits != {_BITS}:
            return None
        planes = [plane for channel in range(3) if (plane := self._plane(channel))]
        return planes if len(planes) == 3 else None

    def _size(self, channel: int) -> tuple[int, int]:
        own = library()
        return (
            own.de265_get_image_width(self._picture, channel),
            own.de265_get_image_height(self._picture, channel),
        )

    def _plane(self, channel: int) -> Image.Image | None:
        stride = ctypes.c_int()
        width, height = self._size(channel)
        start = library().de265_get_image_plane(self._picture, channel, ctypes.byref(stride))
        if not start:
            return None
        rows: Any = (ctypes.c_uint8 * (stride.value * height)).from_address(start)
        return Image.frombuffer("L", (width, height), rows, "raw", "L", stride.value, 1)
