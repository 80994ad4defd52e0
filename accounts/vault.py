"""Secrets that have to be read again, encrypted at rest under a key that is derived from the secret key."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


def _box() -> Fernet:
    key = hashlib.sha256(b"pystagram.second_factor:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def sealed(secret: bytes) -> str:
    return _box().encrypt(secret).decode()


def opened(text: str) -> bytes | None:
    """The secret; None if it was sealed under another secret key."""
    try:
        return _box().decrypt(text.encode())
    except InvalidToken:
        return None
