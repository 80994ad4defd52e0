"""The right to fetch one media's files: a token per media, good for a bounded time.

A token is `<scope><expiry in base 36>.<HMAC-SHA-256 of prefix, scope and expiry>`, cut to 128 bits. It is signed when
an answer is written, after the visibility rule has said yes; whoever serves files only verifies it, needs no database,
and may be a proxy that holds the same key. Expiries fall on a grid, so that an address stays the same, and a browser's
cached picture good, for as long as a bucket lasts.
"""

import base64
import hashlib
import hmac
import time
from datetime import datetime
from typing import NamedTuple

from django.conf import settings

PRIVATE_SECONDS = 300
PUBLIC_SECONDS = 3600
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SIGNATURE_BYTES = 16


class Grant(NamedTuple):
    """What a good token allows: for how many more seconds, and whether a shared cache may keep the file."""

    seconds: int
    private: bool


def signing_key() -> bytes:
    """The key of the tokens, for a proxy that verifies them itself."""
    return hashlib.sha256(b"pystagram.media:" + settings.SECRET_KEY.encode()).digest()


def _base36(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text or "0"


def _signature(prefix: str, claim: str) -> str:
    digest = hmac.digest(signing_key(), f"{prefix}:{claim}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:_SIGNATURE_BYTES]).decode().rstrip("=")


def _expiry(private: bool, not_after: datetime | None) -> int:
    """The end of the next bucket: at least half the scope's seconds from now, never more than all of them."""
    bucket = (PRIVATE_SECONDS if private else PUBLIC_SECONDS) // 2
    expiry = (int(time.time()) // bucket + 2) * bucket
    return expiry if not_after is None else min(expiry, int(not_after.timestamp()))


def claim(*, private: bool, not_after: datetime | None = None) -> str:
    """What tokens of this moment say: their scope and expiry. It stays the same for as long as a bucket lasts."""
    return ("p" if private else "o") + _base36(_expiry(private, not_after))


def sign_claim(prefix: str, said: str) -> str:
    """The token that grants what a claim says, for all files of the media with this prefix."""
    return f"{said}.{_signature(prefix, said)}"


def sign(prefix: str, *, private: bool, not_after: datetime | None = None) -> str:
    """A token for all files of the media with this prefix; it ends at `not_after` at the latest."""
    return sign_claim(prefix, claim(private=private, not_after=not_after))


def check(prefix: str, token: str) -> Grant | None:
    """What `token` allows for `prefix` now; None for a wrong or expired one."""
    claim, _, signature = token.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(prefix, claim).encode()):
        return None
    seconds = int(claim[1:], 36) - int(time.time())
    return Grant(seconds, claim[0] == "p") if seconds > 0 else None
