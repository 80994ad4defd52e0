"""One-time passwords by time: RFC 6238 with SHA-1, 30 seconds and six digits, which every authenticator app takes."""

import base64
import hashlib
import hmac
import secrets
import struct
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20  # as long as SHA-1's output (RFC 4226, section 4)
DRIFT_STEPS = 1  # a clock may be half a minute off


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def code_at(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of a time step (HOTP, RFC 4226)."""
    digest = hmac.new(secret, struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def step_of(code: str, secret: bytes, seconds: float) -> int | None:
    """The time step whose code this is, around a moment in seconds since 1970; None if it is of none."""
    now = int(seconds) // STEP_SECONDS
    for step in range(max(now - DRIFT_STEPS, 0), now + DRIFT_STEPS + 1):
        if hmac.compare_digest(code.encode(), code_at(secret, step).encode()):
            return step
    return None


def as_text(secret: bytes) -> str:
    """The secret as people type it into an app."""
    return base64.b32encode(secret).decode().rstrip("=")


def as_uri(secret: bytes, *, account: str, issuer: str) -> str:
    """The secret as apps scan it (`otpauth:`)."""
    query = urlencode({"secret": as_text(secret), "issuer": issuer, "digits": DIGITS, "period": STEP_SECONDS})
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{query}"
