"""Upload tokens: the right to send one file to the local store without a log-in, like a presigned URL of a bucket."""

from dataclasses import astuple, dataclass
from datetime import timedelta

from django.core import signing

SALT = "pystagram.incoming"
OPEN_FOR = timedelta(hours=1)  # from the announcement to the last byte


@dataclass(frozen=True)
class UploadToken:
    """Which file may be sent: its key, its size in bytes and its SHA-256 (empty: any)."""

    key: str
    size: int
    sha256: str


def sign(upload_token: UploadToken) -> str:
    """The token as it stands in an address."""
    return signing.TimestampSigner(salt=SALT).sign_object(astuple(upload_token), compress=False).replace(":", "~")


def read(text: str) -> UploadToken | None:
    """The token, if its signature is good and it has not expired."""
    try:
        return UploadToken(*signing.TimestampSigner(salt=SALT).unsign_object(text.replace("~", ":"), max_age=OPEN_FOR))
    except (signing.BadSignature, ValueError, TypeError):
        return None
