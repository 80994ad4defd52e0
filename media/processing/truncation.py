"""Whether a JPEG without an end marker is whole. libjpeg makes a picture of half a one without an error.

What stands behind the last pixel cannot change the picture: so it is decoded twice, with nothing and with something
behind it. If the two differ, pixels were missing.
"""

import io

from PIL import Image

from media.formats.errors import CorruptFile
from media.formats.jpeg import END, is_refined

_SOMETHING = b"\x55\xaa\x33\x0f" * 1024


def check_whole(data: bytes, target: tuple[int, int]) -> None:
    """Raises `CorruptFile` if pixels are missing from a JPEG whose end marker was added; decoded as small as is not
    smaller than `target`."""
    more = data.removesuffix(END) + _SOMETHING + END
    if not is_refined(data) or _decoded(data, target) != _decoded(more, target):
        raise CorruptFile("The picture ends too early")


def _decoded(data: bytes, target: tuple[int, int]) -> bytes:
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        image.draft(image.mode, target)
        return image.tobytes()
