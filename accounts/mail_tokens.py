"""The tokens in mails: a mail's id and a keyed hash of it. The database holds neither token nor hash."""

import base64
import binascii
import hmac
import uuid

from django.utils.crypto import salted_hmac

from accounts.models import Mail

_MAC_BYTES = 16
LENGTH = 43  # characters of 32 bytes in base64url


def token_of(mail: Mail) -> str:
    """The token of a mail; the same at each try to send it."""
    return base64.urlsafe_b64encode(mail.pk.bytes + _mac(mail)).decode().rstrip("=")


def mail_id_in(token: str) -> uuid.UUID | None:
    """The mail that a token names, true or forged; None for what is no token at all."""
    try:
        return uuid.UUID(bytes=base64.b64decode(token + "=", altchars=b"-_", validate=True)[:16])
    except (ValueError, binascii.Error):
        return None


def fits(token: str, mail: Mail) -> bool:
    return hmac.compare_digest(token.encode(), token_of(mail).encode())


def _mac(mail: Mail) -> bytes:
    text = f"{mail.pk.hex}:{mail.kind}:{mail.address}"
    return salted_hmac("accounts.mail_tokens", text, algorithm="sha256").digest()[:_MAC_BYTES]
