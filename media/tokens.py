"""The right to fetch one media's files: a token per media, good for a bounded time.

A token is `<scope><expiry in base 36>.<HMAC-SHA-256 of prefix, scope and expiry>`, cut to 128 bits. It is signed when
an answer is written, after the visibility rule has said yes; whoever serves files only verifies it, needs no database,
and may be a proxy that holds the same key. Expiries fall on a grid, so that an address stays the same, and a browser's
cached picture good, for as long as a bucket lasts.

A video's token says for how many seconds it plays: `<scope><expiry>-<seconds in base 36>.<HMAC>`. For so long after the
expiry it opens the rest of a file (a range that does not begin at its beginning), so that a film which began in time
can be seen to its end. The scopes in capitals end at their expiry all the same: those of stories.
"""

import base64
import hashlib
import hmac
import math
import time
from datetime import datetime
from typing import NamedTuple

from django.conf import settings

PRIVATE_SECONDS = 300
PUBLIC_SECONDS = 3600
PAUSE_SECONDS = 60  # in which a viewer may stop, over and above the length of a video
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SIGNATURE_BYTES = 16


class Grant(NamedTuple):
    """What a good token allows: for how many more seconds, and whether a shared cache may keep the file.

    `play_seconds` is for how long what began in time may go on; at least `seconds`, which may be over.
    """

    seconds: int
    private: bool
    play_seconds: int


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
    scope = "p" if private else "o"
    return (scope if not_after is None else scope.upper()) + _base36(_expiry(private, not_after))


def subject(prefix: str, duration: float | None = None) -> str:
    """Whose token it is: the media's folder, and how many seconds it plays, if it does."""
    return prefix if duration is None else f"{prefix}~{math.ceil(duration)}"


def sign_claim(subject: str, said: str) -> str:
    """The token that grants what a claim says, for all files of the media of this `subject`."""
    prefix, _, seconds = subject.partition("~")
    whole = f"{said}-{_base36(int(seconds))}" if seconds and said[0].islower() else said
    return f"{whole}.{_signature(prefix, whole)}"


def sign(subject: str, *, private: bool, not_after: datetime | None = None) -> str:
    """A token for all files of the media of this `subject`; it ends at `not_after` at the latest."""
    return sign_claim(subject, claim(private=private, not_after=not_after))


def check(prefix: str, token: str) -> Grant | None:
    """What `token` allows for `prefix` now; None for a wrong or expired one."""
    said, _, signature = token.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(prefix, said).encode()):
        return None
    expiry, _, length = said[1:].partition("-")
    seconds = int(expiry, 36) - int(time.time())
    play_seconds = seconds + int(length, 36) + PAUSE_SECONDS if length else seconds
    return Grant(seconds, said[0] in "pP", play_seconds) if play_seconds > 0 else None
