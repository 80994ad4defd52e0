"""What a web process does before its first request, so that nobody waits for it."""

from contextlib import suppress

from django.db import OperationalError
from django.urls import get_resolver

from accounts import authentication
from feed import reading, views


def prepare() -> None:
    """Imports all views and compiles what a feed is read with. A database that is not there yet is no obstacle."""
    assert get_resolver().url_patterns
    with suppress(OperationalError):
        authentication.prepare()
        reading.prepare(limit=views.LIMIT)
