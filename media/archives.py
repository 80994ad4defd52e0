"""Archives of people's data in the store: written and removed by workers, fetched with a token."""

from datetime import datetime
from typing import IO

from django.conf import settings

from media import tokens
from media.stores import layout
from media.stores.interface import Digest

CONTENT_TYPE = "application/zip"


def write(prefix: str, name: str, file: IO[bytes], digest: Digest) -> None:
    """Writes an archive durably in the place of what an interrupted run has left there."""
    key = layout.archive_key(prefix, name)
    layout.remove_archive(key)
    layout.store().put_new(key, file, digest, CONTENT_TYPE)


def remove(prefix: str, names: list[str]) -> None:
    """Removes archives whose time is over."""
    for name in names:
        layout.remove_archive(layout.archive_key(prefix, name))


def url(prefix: str, name: str, not_after: datetime | None) -> str:
    """An address for its owner, good for a few minutes: a download that began in time may take longer."""
    token = tokens.sign(prefix, private=True, not_after=not_after)
    return f"{settings.PYSTAGRAM_URL}{settings.MEDIA_URL}archives/{prefix}/{name}?token={token}"
