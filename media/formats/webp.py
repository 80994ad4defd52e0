"""A WebP's picture without what surrounds it, and what is said beside it: EXIF and the color profile.

Sizes of the whole file that are wrong, unknown chunks, and metadata that is cut say nothing about the picture, so that
a decoder need not see them.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from media.formats.signals import ColorSignals

_NEEDED = {b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"}
_METADATA_FLAGS = 0x20 | 0x08 | 0x04  # profile, EXIF, XMP
_EXIF = b"Exif\0\0"


class WebP(NamedTuple):
    """`data` is a file of the chunks that make the picture."""

    data: bytes
    exif: bytes | None
    signals: ColorSignals


def read(data: bytes) -> WebP:
    """Reads all chunks."""
    kept: list[bytes] = []
    found: dict[bytes, bytes] = {}
    for name, length, body in iter_chunks(data):
        is_whole = len(body) == length
        if name in _NEEDED and (name == b"ANMF" or name not in found):
            padding = bytes(length & 1 if is_whole else 0)
            kept.append(struct.pack("<4sI", name, length) + _without_metadata(name, body) + padding)
        if is_whole or name in _NEEDED:
            found.setdefault(name, body)
    inner = b"WEBP" + b"".join(kept)
    exif = found.get(b"EXIF")
    return WebP(
        b"RIFF" + struct.pack("<I", len(inner)) + inner,
        exif.removeprefix(_EXIF) if exif else None,
        ColorSignals(icc=found.get(b"ICCP")),
    )


def iter_chunks(data: bytes) -> Iterator[tuple[bytes, int, bytes]]:
    """Name, declared length and contents of each chunk; the last may be cut."""
    at = 12
    while at + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        yield name, length, data[at + 8 : at + 8 + length]
        at += 8 + length + (length & 1)


def _without_metadata(name: bytes, body: bytes) -> bytes:
    """The header without the flags of chunks that are left out."""
    return bytes([body[0] & ~_METADATA_FLAGS]) + body[1:] if name == b"VP8X" and body else body
