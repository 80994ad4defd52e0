"""A JPEG's picture without what surrounds it, and what is said beside it: EXIF and the color profile.

Bytes between segments, metadata, trailers and a missing end marker say nothing about the picture, so that a decoder
need not see them.
"""

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

from media.formats.errors import CorruptFile
from media.formats.extras import has_views, is_all_around
from media.formats.signals import ColorSignals

SOI, EOI, SOS, _PROGRESSIVE = 0xD8, 0xD9, 0xDA, 0xC2
END = b"\xff\xd9"
_ARITHMETIC = {0xC9, 0xCA}
SOF = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD8), SOI}
_EXIF, _ICC, _ADOBE, _JFIF = b"Exif\0\0", b"ICC_PROFILE\0", b"Adobe", b"JFIF\0"
_XMP, _MPF = b"http://ns.adobe.com/xap/1.0/\0", b"MPF\0"
_APP0, _APP1, _APP2, _APP14 = 0xE0, 0xE1, 0xE2, 0xEE
_SAID = {_APP1: (_EXIF, _XMP), _APP2: (_ICC, _MPF)}


class Jpeg(NamedTuple):
    """`data` is a file of the segments that make the picture, to the end of the input; an end marker is added where
    it has none."""

    data: bytes
    exif: bytes | None
    signals: ColorSignals
    has_end: bool
    is_all_around: bool
    has_views: bool


def read(data: bytes) -> Jpeg:
    """Reads everything before the first scan. `CorruptFile` if there is none."""
    kept, said, profile = [b"\xff\xd8"], dict[bytes, bytes](), dict[int, bytes]()
    for code, start, stop in _segments(data):
        body = data[start:stop]
        if code == SOS:
            return _read(kept, said, profile, data[start - 4 :])
        known = next((name for name in _SAID.get(code, ()) if body.startswith(name)), None)
        if known == _ICC:
            profile.setdefault(body[len(_ICC)], body[len(_ICC) + 2 :])
        elif known:
            said.setdefault(known, body[len(known) :])
        elif _is_needed(code, body):
            kept.append(struct.pack(">BBH", 0xFF, code, len(body) + 2) + body)
    raise CorruptFile("The JPEG holds no picture")


def _read(kept: list[bytes], said: dict[bytes, bytes], profile: dict[int, bytes], scans: bytes) -> Jpeg:
    has_end = END in scans
    scans = scans if has_end else scans.rstrip(b"\xff") + END
    return Jpeg(
        b"".join([*kept, scans]),
        said.get(_EXIF),
        ColorSignals(icc=b"".join(part for _, part in sorted(profile.items())) or None),
        has_end,
        is_all_around(said.get(_XMP, b"")),
        has_views(said.get(_MPF, b"")),
    )


def _is_needed(code: int, body: bytes) -> bool:
    """Tables and frames, and the two segments that say which colors the numbers are."""
    if code == _APP14:
        return body.startswith(_ADOBE)
    if code == _APP0:
        return body.startswith(_JFIF)
    return not (0xE0 <= code <= 0xEF or code == 0xFE)


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Code, start and end of the contents of each segment to the first scan; what stands between them is skipped."""
    at = 2
    while (mark := data.find(b"\xff", at)) >= 0:
        end = _end_of_fill(data, mark)
        code = data[end] if end < len(data) else EOI
        if code == EOI:
            return
        at = end + 1
        if code == 0 or code in _WITHOUT_LENGTH:
            continue
        length = int.from_bytes(data[at : at + 2])
        if length >= 2:
            yield code, at + 2, at + length
            at += length


def _end_of_fill(data: bytes, mark: int) -> int:
    """Where the first byte that is not 0xFF stands, after the mark."""
    at = mark + 1
    while data[at : at + 4096] == b"\xff" * 4096:
        at += 4096
    while data[at : at + 1] == b"\xff":
        at += 1
    return at


def is_refined(data: bytes) -> bool:
    """Whether the scans of a progressive JPEG hold all coefficients of all components. No other JPEG has such scans."""
    frame = next((data[start:stop] for code, start, stop in _segments(data) if code == _PROGRESSIVE), None)
    if frame is None:
        return True
    missing = {(component, number) for component in frame[6::3] for number in range(64)}
    at = 0
    while (at := data.find(b"\xff\xda", at)) >= 0:
        at += 5
        count = data[at - 1]
        components = data[at : at + 2 * count : 2]
        first, last, bits = data[at + 2 * count :][:3].ljust(3, b"\0")
        if bits & 0x0F == 0:
            missing -= {(component, number) for component in components for number in range(first, last + 1)}
    return not missing


def is_progressive(data: bytes) -> bool:
    return any(code == _PROGRESSIVE for code, _, _ in _until_scan(data))


def end_of_pixels(data: bytes) -> int | None:
    """Where the marker stands behind the first scan, or behind all scans of a progressive JPEG. None for what is coded
    by arithmetic, whose last bytes may be left out, and for what has no scan."""
    codes = {code: stop for code, _, stop in _until_scan(data)}
    if SOS not in codes or codes.keys() & _ARITHMETIC:
        return None
    marker = re.compile(re.escape(END) if _PROGRESSIVE in codes else rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
    found = marker.search(data, codes[SOS])
    return found.start() if found else None


def _until_scan(data: bytes) -> Iterator[tuple[int, int, int]]:
    for segment in _segments(data):
        yield segment
        if segment[0] == SOS:
            return
