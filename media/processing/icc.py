"""ICC profiles: made of primaries and a curve, and what one says by code points.

No Django here: a confined child loads this file.
"""

import functools
import struct

from media.formats.signals import Chromaticities, Cicp

_D50 = (0.9642, 1.0, 0.8249)
_BRADFORD = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
_SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
_MAX_TAGS = 256
Vector = tuple[float, ...]
Rows = tuple[Vector, ...]


@functools.cache
def profile_of(chromaticities: Chromaticities, gamma: float | None = None) -> bytes:
    """The RGB profile of these primaries, with the curve of sRGB, or with a power of `gamma`.

    Raises `ValueError` for chromaticities that span no colors.
    """
    try:
        colorants = _colorants(chromaticities)
    except ZeroDivisionError:
        raise ValueError("chromaticities of no colors") from None
    curve = _parametric(3, *_SRGB_CURVE) if gamma is None else _parametric(0, gamma)
    tags = {b"wtpt": _xyz(_D50)}
    tags |= {name: _xyz(row) for name, row in zip((b"rXYZ", b"gXYZ", b"bXYZ"), colorants, strict=True)}
    return _file(tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve))


def cicp_of(profile: bytes) -> Cicp | None:
    """The code points of its `cicp` tag, which profiles of HDR have."""
    for at in range(132, 132 + 12 * min(int.from_bytes(profile[128:132]), _MAX_TAGS), 12):
        if profile[at : at + 4] == b"cicp":
            start = int.from_bytes(profile[at + 4 : at + 8])
            body = profile[start : start + 12]
            return Cicp(body[8], body[9]) if len(body) == 12 else None
    return None


def _colorants(chromaticities: Chromaticities) -> Rows:
    """X, Y and Z of red, green and blue, adapted to the white of profiles by Bradford's method."""
    white = _of_place(chromaticities.white)
    primaries = [_of_place(place) for place in chromaticities[1:]]
    shares = _times(_inverse(_transposed(primaries)), white)
    cones, target = _times(_BRADFORD, white), _times(_BRADFORD, _D50)
    found = []
    for primary, share in zip(primaries, shares, strict=True):
        scaled = [part * share for part in primary]
        seen = [part * to / of for part, to, of in zip(_times(_BRADFORD, scaled), target, cones, strict=True)]
        found.append(_times(_inverse(_BRADFORD), seen))
    return tuple(found)


def _of_place(place: tuple[float, float]) -> Vector:
    """X, Y and Z of a chromaticity, at a luminance of 1."""
    x, y = place
    return x / y, 1.0, (1 - x - y) / y


def _times(rows: Rows, vector: Vector | list[float]) -> Vector:
    return tuple(sum(a * b for a, b in zip(row, vector, strict=True)) for row in rows)


def _transposed(rows: list[Vector]) -> Rows:
    return tuple(zip(*rows, strict=True))


def _inverse(rows: Rows) -> Rows:
    (a, b, c), (d, e, f), (g, h, i) = rows
    whole = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    return (
        ((e * i - f * h) / whole, (c * h - b * i) / whole, (b * f - c * e) / whole),
        ((f * g - d * i) / whole, (a * i - c * g) / whole, (c * d - a * f) / whole),
        ((d * h - e * g) / whole, (b * g - a * h) / whole, (a * e - b * d) / whole),
    )


def _fixed(*numbers: float) -> bytes:
    """As s15Fixed16; `ValueError` for what is too large for it."""
    try:
        return struct.pack(f">{len(numbers)}i", *(round(number * 65536) for number in numbers))
    except struct.error:
        raise ValueError("a number that no profile can hold") from None


def _xyz(vector: Vector) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(*vector)


def _parametric(kind: int, *numbers: float) -> bytes:
    return b"para\0\0\0\0" + struct.pack(">HH", kind, 0) + _fixed(*numbers)


def _file(tags: dict[bytes, bytes]) -> bytes:
    """A display profile of version 4.3."""
    table, bodies, at = [struct.pack(">I", len(tags))], [], 128 + 4 + 12 * len(tags)
    for name, body in tags.items():
        table.append(struct.pack(">4sII", name, at, len(body)))
        bodies.append(body + bytes(-len(body) % 4))
        at += len(bodies[-1])
    head = struct.pack(">I4sI4s4s4s12x4s", at, bytes(4), 0x04300000, b"mntr", b"RGB ", b"XYZ ", b"acsp")
    return b"".join([(head.ljust(68, b"\0") + _fixed(*_D50)).ljust(128, b"\0"), *table, *bodies])
