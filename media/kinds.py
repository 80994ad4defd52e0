"""The kinds of media: what is taken, how large it may be, and who makes its renditions.

A new kind is one entry of `KINDS` and its headers in `media.sniff`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from django.conf import settings

from api.problems import Problem
from media import developing
from media.imaging import Developed
from media.refusals import Damaged, Unknown
from media.sniff import Sniffed, sniff

Make = Callable[[IO[bytes], str], Developed]


@dataclass(frozen=True)
class Kind:
    """One kind: its content types with the ending of a downloaded file, its limits, its maker."""

    name: str
    endings: dict[str, str]
    most_bytes: Callable[[], int]
    most_pixels: Callable[[], int]
    make: Make


def _develop(file: IO[bytes], content_type: str) -> Developed:
    return developing.develop(file, content_type, settings.PHOTO_MOST_PIXELS)


PHOTO = Kind(
    name="photo",
    endings={
        "image/jpeg": "jpg",
        "image/png": "png",
        "image/webp": "webp",
        "image/gif": "gif",
        "image/heic": "heic",
        "image/heif": "heif",
        "image/avif": "avif",
    },
    most_bytes=lambda: settings.PHOTO_MOST_BYTES,
    most_pixels=lambda: settings.PHOTO_MOST_PIXELS,
    make=_develop,
)
KINDS = (PHOTO,)
_BY_TYPE = {content_type: kind for kind in KINDS for content_type in kind.endings}


def kind_of(content_type: str) -> Kind:
    """The kind that a content type belongs to."""
    return _BY_TYPE[content_type]


def most_bytes() -> int:
    """The size in bytes that no upload of any kind may pass."""
    return max(kind.most_bytes() for kind in KINDS)


def content_types() -> list[str]:
    """Every content type that is taken."""
    return list(_BY_TYPE)


def inspect(file: IO[bytes], size: int) -> tuple[Kind, Sniffed]:
    """What the file is, from its headers; raises a `Problem` for whatever is not taken."""
    if size == 0:
        raise Problem("empty_file")
    if size > most_bytes():
        raise Problem("too_large", f"At most {most_bytes()} bytes are taken")
    try:
        found = sniff(file)
    except Unknown:
        raise Problem("unsupported_format", f"Taken are {', '.join(content_types())}") from None
    except Damaged as error:
        raise Problem("damaged_file", str(error)) from None
    kind = kind_of(found.content_type)
    if size > kind.most_bytes():
        raise Problem("too_large", f"A {kind.name} may have at most {kind.most_bytes()} bytes")
    if found.width * found.height > kind.most_pixels():
        detail = f"{found.width} × {found.height} pixels; at most {kind.most_pixels()} are taken"
        raise Problem("too_many_pixels", detail)
    return kind, found
