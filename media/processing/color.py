"""nclx color signalling: the colors of a HEIC without a profile (the code points of ITU-T H.273).

No Django here: a confined child loads this file.
"""

import functools
import math
import struct
from collections.abc import Mapping
from typing import Any

from PIL import ImageCms

_PQ, _HLG = 16, 18
_WHITE = 203.0  # nits of white paper in HDR (ITU-R BT.2408), which is white on a screen
_HLG_PEAK = 1000.0  # nits
_KNEE = 0.6  # of white; what is brighter is pressed into the rest
_P3 = {
    b"rXYZ": (0.51512, 0.24120, -0.00105),
    b"gXYZ": (0.29198, 0.69225, 0.04189),
    b"bXYZ": (0.15710, 0.06657, 0.78407),
}
_2020 = {
    b"rXYZ": (0.67348, 0.27904, -0.00194),
    b"gXYZ": (0.16566, 0.67534, 0.02998),
    b"bXYZ": (0.12505, 0.04561, 0.79686),
}
_PRIMARIES = {9: _2020, 12: _P3}  # adapted to the white of profiles, D50


def profile_of(nclx: Mapping[str, Any]) -> bytes | None:
    """The profile of its primaries, with the curve of sRGB; None for those of sRGB, and for rare ones."""
    primaries = _PRIMARIES.get(nclx.get("color_primaries", 0))
    return _profile(tuple(primaries.items())) if primaries else None


@functools.cache
def _profile(primaries: tuple[tuple[bytes, tuple[float, ...]], ...]) -> bytes:
    """The profile of sRGB with other primaries."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    wanted = dict(primaries)
    for at in range(132, 132 + 12 * int.from_bytes(profile[128:132]), 12):
        name, offset = bytes(profile[at : at + 4]), int.from_bytes(profile[at + 4 : at + 8])
        if name in wanted:
            struct.pack_into(">3i", profile, offset + 8, *(round(value * 65536) for value in wanted[name]))
    return bytes(profile)


def table_of(nclx: Mapping[str, Any]) -> list[int] | None:
    """The tone curve of an HDR picture: 256 values of 0 to 255; None for any other."""
    curve = {_PQ: _nits_of_pq, _HLG: _nits_of_hlg}.get(nclx.get("transfer_characteristics", 0))
    return [round(255 * _shade(_pressed(curve(code / 255) / _WHITE))) for code in range(256)] if curve else None


def _nits_of_pq(code: float) -> float:
    """SMPTE ST 2084."""
    root = code ** (1 / 78.84375)
    linear: float = (max(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (1 / 0.1593017578125)
    return 10000 * linear


def _nits_of_hlg(code: float) -> float:
    """ITU-R BT.2100, on a screen of 1000 nits, each colour by itself."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = code * code / 3 if code <= 0.5 else (math.exp((code - c) / a) + b) / 12
    return float(_HLG_PEAK * scene**1.2)


def _pressed(light: float) -> float:
    """Below 1, whatever it was: highlights lose contrast, the rest stays."""
    rest = 1 - _KNEE
    return light if light <= _KNEE else _KNEE + rest * (1 - math.exp((_KNEE - light) / rest))


def _shade(light: float) -> float:
    """The curve of sRGB."""
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
