"""How many others wait for a lock: with it a test of a race has all of them there before one may go on."""

import time

from django.db import connection

_WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND pid <> "
    "pg_backend_pid()"
)


def wait_for_waiting(count: int = 1, seconds: float = 10) -> None:
    """Returns as soon as that many other connections wait for a lock, or after the time."""
    until = time.monotonic() + seconds
    while _waiting() < count and time.monotonic() < until:
        time.sleep(0.02)


def _waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(_WAITING)
        return int(cursor.fetchone()[0])
