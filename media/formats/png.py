"""A PNG's picture without what surrounds it, and what is said beside it: EXIF, colors, and whether it moves.

Ancillary chunks, their checksums, texts of any size and trailers say nothing about the picture, so that a decoder need
not see them.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from media.formats.errors import CorruptFile
from media.formats.signals import Chromaticities, Cicp, ColorSignals

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_PROFILE_BYTES = 16 * 1024 * 1024
_NEEDED = {b"IHDR", b"PLTE", b"tRNS", b"IDAT"}
_MOVING = {b"acTL", b"fcTL", b"fdAT"}


class Png(NamedTuple):
    """`data` is a file of the chunks that make the picture."""

    data: bytes
    exif: bytes | None
    signals: ColorSignals


def read(data: bytes, *, is_moving: bool = False) -> Png:
    """Reads all chunks, those of an animation too if it `is_moving`. `CorruptFile` where the checksum of one that makes
    the picture is wrong."""
    needed = _NEEDED | _MOVING if is_moving else _NEEDED
    kept, found = [SIGNATURE], dict[bytes, bytes]()
    for name, body, checksum in iter_chunks(data):
        if name not in needed:
            found.setdefault(name, body)
            continue
        right = struct.pack(">I", zlib.crc32(name + body))
        if len(checksum) == 4 and checksum != right:
            raise CorruptFile("The PNG's checksum is wrong")
        kept.append(struct.pack(">I", len(body)) + name + body + right)
    kept.append(struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND")))
    return Png(b"".join(kept), found.get(b"eXIf"), _signals(found))


def iter_chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Name, contents and checksum of each chunk until the end; the last may be cut."""
    at = len(SIGNATURE)
    while at + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        if name == b"IEND":
            return
        yield name, data[at + 8 : at + 8 + length], data[at + 8 + length : at + 12 + length]
        at += 12 + length


def _signals(found: dict[bytes, bytes]) -> ColorSignals:
    """In the order of the standard: cICP, then iCCP, then sRGB, then gAMA and cHRM."""
    cicp, gamma, places = found.get(b"cICP", b""), found.get(b"gAMA", b""), found.get(b"cHRM", b"")
    return ColorSignals(
        icc=_profile(found.get(b"iCCP", b"")),
        cicp=Cicp(cicp[0], cicp[1]) if len(cicp) == 4 else None,
        cicp_first=True,
        is_srgb=b"sRGB" in found,
        gamma=int.from_bytes(gamma) / 100_000 if len(gamma) == 4 else None,
        chromaticities=_chromaticities(places) if len(places) == 32 else None,
    )


def _chromaticities(body: bytes) -> Chromaticities:
    numbers = [number / 100_000 for number in struct.unpack(">8I", body)]
    return Chromaticities(*zip(numbers[::2], numbers[1::2], strict=True))


def _profile(body: bytes) -> bytes | None:
    """The ICC profile of an `iCCP` chunk; None if it is broken or larger than any profile is."""
    _, _, rest = body.partition(b"\0")
    if not rest:
        return None
    unpacker = zlib.decompressobj()
    try:
        profile = unpacker.decompress(rest[1:], MAX_PROFILE_BYTES)
    except zlib.error:
        return None
    return profile if unpacker.eof else None
