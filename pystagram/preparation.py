"""What a web process does before its first request, so that nobody waits for it."""

from contextlib import suppress

from django.db import DatabaseError, OperationalError
from django.urls import get_resolver

from accounts import authentication
from feed import actions, reading, views
from posts import cards
from posts.models import Post

PLANNED_FOR_VALUES = 6  # unprepared, then five times prepared: after that PostgreSQL keeps one plan for all values


def prepare() -> None:
    """Imports all views and compiles what a feed is read with. A database that is not there yet is no obstacle."""
    assert get_resolver().url_patterns
    with suppress(OperationalError):
        authentication.prepare()
        actions.prepare()
        reading.prepare(limit=views.LIMIT)


def warm_up() -> None:
    """Reads all that a feed is made of, on this thread's connection, and renders the newest posts.

    So the thread's first request meets a connection that is open and has its plans, and a process that has cards.
    """
    with suppress(DatabaseError):
        newest = Post.objects.public().order_by("-timeline_id").values_list("timeline_id", flat=True)
        ids = [number for number in newest[: views.LIMIT] if number]
        for _ in range(PLANNED_FOR_VALUES + 1):
            authentication.warm_up()
            actions.warm_up()
            reading.warm_up(ids, limit=views.LIMIT)
            cards.warm_up(ids, limit=views.LIMIT)
