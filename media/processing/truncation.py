"""Whether a JPEG is whole, with an end marker or without. libjpeg makes a picture of half a one without an error.

What stands behind the last pixel cannot change the picture: so it is decoded twice, with nothing and with something
behind it. If the two differ, pixels were missing.
"""

import io

from PIL import Image, ImageChops

from media.formats.errors import CorruptFile
from media.formats.jpeg import END, end_of_pixels, is_progressive, is_refined

_SOMETHING = b"\x55\xaa\x33\x0f" * 1024


_CODES = bytes(4096)  # zeros are a code in every table of Huffman's, and no marker before or after one
_CORNER = 8  # pixels a side
_MAX_MISSING = 0.02  # of the rows: programs leave out a last byte


def check_ended(data: bytes, decoded: Image.Image, target: tuple[int, int]) -> None:
    """Raises `CorruptFile` if rows are missing from a JPEG that has an end marker; `decoded` as `target` asks. Where
    they are missing is one color, so a picture of more than that in its last corner is whole."""
    place = end_of_pixels(data) if _is_flat(decoded, decoded.width - _CORNER, decoded.height - _CORNER) else None
    if place is None:
        return
    shown = _image(data, target)
    try:
        more = _image(data[:place] + _CODES + data[place:], target)
    except OSError:  # some pictures are refused for what stands behind them: that proves nothing
        return
    changed = ImageChops.difference(shown, more).getbbox(alpha_only=False)
    if not changed or shown.height - changed[1] <= max(2 * _CORNER, _MAX_MISSING * shown.height):
        return
    if is_progressive(data) or _is_flat(shown, 0, changed[1] + 4 * _CORNER):  # else it goes on behind the damage
        raise CorruptFile("The picture ends too early")


def _is_flat(image: Image.Image, left: int, top: int) -> bool:
    """Whether all from here to the last corner is of one color."""
    part = image.crop((max(0, left), min(max(0, top), image.height - 1), image.width, image.height))
    return all(low == high for low, high in (channel.getextrema() for channel in part.split()))


def check_whole(data: bytes, target: tuple[int, int]) -> None:
    """Raises `CorruptFile` if pixels are missing from a JPEG whose end marker was added; decoded as small as is not
    smaller than `target`."""
    more = data.removesuffix(END) + _SOMETHING + END
    if not is_refined(data) or _decoded(data, target) != _decoded(more, target):
        raise CorruptFile("The picture ends too early")


def _decoded(data: bytes, target: tuple[int, int]) -> bytes:
    return _image(data, target).tobytes()


def _image(data: bytes, target: tuple[int, int]) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        image.draft(image.mode, target)
        image.load()
        return image.copy()
