"""libwebp, as Pillow's wheel brings it, called with planes.

Pillow hands it RGB, of which it makes planes first, and offers neither planes nor all of its settings. None is the
answer wherever something is not as expected: Pillow's own way is left. No Django here: a confined child loads this
file.
"""

import ctypes
import functools
import importlib
from typing import Any

from PIL import Image

from media.processing.planes import Planes

_ABI = 0x0200  # of encode.h; libwebp refuses another major version
_NO_MEMORY = {1, 2}  # of WebPEncodingError
_INT, _FLOAT, _POINTER = ctypes.c_int, ctypes.c_float, ctypes.c_void_p
# Of limited range, as the format wants it: black is 16, white 235; colors reach 112 from 128.
_LUMA = [round(16 + code * 219 / 255) for code in range(256)]
_COLOR = [round(128 + (code - 128) * 224 / 255) for code in range(256)]


class _Config(ctypes.Structure):
    """The beginning of WebPConfig, and room for more than the rest."""

    _fields_ = (
        ("lossless", _INT),
        ("quality", _FLOAT),
        ("method", _INT),
        ("image_hint", _INT),
        ("target_size", _INT),
        ("target_psnr", _FLOAT),
        ("segments", _INT),
        ("sns_strength", _INT),
        ("rest", _INT * 64),
    )


class _Picture(ctypes.Structure):
    """The beginning of WebPPicture, and room for more than the rest."""

    _fields_ = (
        ("use_argb", _INT),
        ("colorspace", _INT),
        ("width", _INT),
        ("height", _INT),
        ("luma", ctypes.c_char_p),
        ("blue", ctypes.c_char_p),
        ("red", ctypes.c_char_p),
        ("luma_stride", _INT),
        ("color_stride", _INT),
        ("alpha", _POINTER),
        ("alpha_stride", _INT),
        ("padding_1", ctypes.c_uint32 * 2),
        ("argb", _POINTER),
        ("argb_stride", _INT),
        ("padding_2", ctypes.c_uint32 * 3),
        ("writer", _POINTER),
        ("written", _POINTER),
        ("extra_info_type", _INT),
        ("extra_info", _POINTER),
        ("stats", _POINTER),
        ("error", _INT),
        ("rest", _POINTER * 64),
    )


class _Written(ctypes.Structure):
    """WebPMemoryWriter."""

    _fields_ = (("data", _POINTER), ("size", ctypes.c_size_t), ("rest", _POINTER * 8))


_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "WebPConfigInitInternal": (_INT, [_POINTER, _INT, _FLOAT, _INT]),
    "WebPPictureInitInternal": (_INT, [_POINTER, _INT]),
    "WebPMemoryWriterInit": (None, [_POINTER]),
    "WebPMemoryWriterClear": (None, [_POINTER]),
    "WebPEncode": (_INT, [_POINTER, _POINTER]),
}


@functools.cache
def library() -> Any:
    """libwebp as Pillow loads it, or None. Call it before `sandbox.confine`."""
    try:
        found = ctypes.CDLL(str(importlib.import_module("PIL._webp").__file__))
        for name, (result, arguments) in _SIGNATURES.items():
            function = getattr(found, name)
            function.restype, function.argtypes = result, arguments
        _ = found.WebPMemoryWrite
    except (ImportError, OSError, AttributeError):
        return None
    return found


def encoded(planes: Planes, quality: int, method: int, *, is_even: bool = False) -> bytes | None:
    """A WebP file. None if libwebp does not take it; raises `MemoryError` where it has too little.

    `is_even`: all blocks have one quality, so that the picture need not be analyzed first (a quarter of the time).
    """
    own, config = library(), _Config()
    if own is None or not own.WebPConfigInitInternal(ctypes.byref(config), 0, quality, _ABI):
        return None
    config.method = method
    if is_even:
        config.segments, config.sns_strength = 1, 0
    picture, written = _picture(own, planes), _Written()
    if picture is None:
        return None
    own.WebPMemoryWriterInit(ctypes.byref(written))
    picture.writer = ctypes.cast(own.WebPMemoryWrite, _POINTER)
    picture.written = ctypes.cast(ctypes.byref(written), _POINTER)
    try:
        if own.WebPEncode(ctypes.byref(config), ctypes.byref(picture)):
            return ctypes.string_at(written.data, written.size)
    finally:
        own.WebPMemoryWriterClear(ctypes.byref(written))
    if picture.error in _NO_MEMORY:
        raise MemoryError
    return None


def _picture(own: Any, planes: Planes) -> _Picture | None:
    """The planes as libwebp wants them; they live as long as the result."""
    found = _Picture()
    if not own.WebPPictureInitInternal(ctypes.byref(found), _ABI):
        return None
    found.width, found.height = planes.size
    found.luma_stride, found.color_stride = planes.luma.width, planes.blue.width
    found.luma = _of_limited_range(planes.luma, _LUMA)
    found.blue, found.red = (_of_limited_range(plane, _COLOR) for plane in planes[1:])
    return found


def _of_limited_range(plane: Image.Image, codes: list[int]) -> bytes:
    return plane.point(codes).tobytes()
