"""Tickets to send one file to a folder: who holds one needs no log-in, as with a presigned address of a bucket."""

from dataclasses import astuple, dataclass
from datetime import timedelta

from django.core import signing

SALT = "pystagram.incoming"
OPEN_FOR = timedelta(hours=1)  # from the announcement to the last byte


@dataclass(frozen=True)
class Ticket:
    """Which file may be sent: its key, its size in bytes and its SHA-256 (empty: any)."""

    key: str
    size: int
    sha256: str


def mint(ticket: Ticket) -> str:
    """The ticket as it stands in an address."""
    return signing.TimestampSigner(salt=SALT).sign_object(astuple(ticket), compress=False).replace(":", "~")


def read(text: str) -> Ticket | None:
    """The ticket, if it is ours and not over."""
    try:
        return Ticket(*signing.TimestampSigner(salt=SALT).unsign_object(text.replace("~", ":"), max_age=OPEN_FOR))
    except (signing.BadSignature, ValueError, TypeError):
        return None
