"""Cursors as text: where a list goes on, for nobody to read or to make up.

What stands in one (ids of rows that are not shown, moments) is encrypted and authenticated with AES-SIV (RFC 5297), to
which the list's name belongs without being in it. The same position has the same cursor, so that a page keeps its
`ETag`; a number becomes 34 characters.
"""

import base64
import functools
import hashlib
import json
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings

from api.problems import Problem

Position = int | list[int | float | str]
_DOWN, _UP, _NUMBERS, _VALUES = b"d", b"u", b"n", b"v"  # the first byte: what follows


def seal(scope: str, position: Position, *, newer: bool = False) -> str:
    """A cursor of the list called `scope`, downwards from `position` or, `newer`, upwards from one or more numbers."""
    sealed = _box(settings.SECRET_KEY).encrypt(_packed(position, newer), [scope.encode()])
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def unseal(scope: str, cursor: str) -> tuple[Position, bool]:
    """The position in a cursor, and whether it leads upwards.

    `Problem("invalid_cursor")` if it was made for another list, or by another hand. Of several secret keys
    (`SECRET_KEY_FALLBACKS`) any opens it.
    """
    sealed = _decoded(cursor)
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _unpacked(_box(secret).decrypt(sealed, [scope.encode()]))
        except InvalidTag:
            continue
    raise Problem("invalid_cursor")


def _packed(position: Position, newer: bool) -> bytes:
    values = [position] if isinstance(position, int) else position
    if all(type(value) is int for value in values):
        kind = _UP if newer else _DOWN if isinstance(position, int) else _NUMBERS
        return kind + struct.pack(f">{len(values)}q", *values)
    return _VALUES + json.dumps(position, separators=(",", ":")).encode()


def _unpacked(content: bytes) -> tuple[Position, bool]:
    kind, body = content[:1], content[1:]
    if kind == _VALUES:
        return json.loads(body), False
    numbers = list(struct.unpack(f">{len(body) // 8}q", body))
    return (numbers if kind == _NUMBERS or len(numbers) > 1 else numbers[0]), kind == _UP


@functools.lru_cache(maxsize=4)
def _box(secret: str) -> AESSIV:
    return AESSIV(hashlib.sha512(b"pystagram.cursor:" + secret.encode()).digest())


def _decoded(cursor: str) -> bytes:
    """Bytes of base64url in its only spelling: Python's decoder passes over what does not belong there."""
    try:
        sealed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError:
        raise Problem("invalid_cursor") from None
    if base64.urlsafe_b64encode(sealed).decode().rstrip("=") != cursor:
        raise Problem("invalid_cursor")
    return sealed
