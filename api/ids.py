"""Ids: 64-bit, time-ordered, one number space for posts, comments, media and stories.

41 bits of milliseconds since 2026-01-01T00:00:00Z, 12 of shard (constant for now), 10 of sequence: the layout
Instagram published, one bit moved from the shard so that the sign bit stays free for 69 years. PostgreSQL makes them
(`pystagram_id()`), so that every process agrees on the clock; they grow with every call and are true to it within
64 ms. JSON carries them as strings: they pass 2**53.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, models
from django.db.models import Func
from django.utils import timezone

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
TIME_SHIFT = 22
IMPORTED_WITHIN = timedelta(days=7)  # 2**31 seconds, shifted by 20 bits, are the ids of 6.2 days
IMPORTED_SHARD = 1 << (TIME_SHIFT - 1)  # the upper half of the shards mints no ids
APPEARS_WITHIN = timedelta(seconds=60)  # no transaction is idle for longer (settings.py)
MAX_ID = 2**63 - 1


class GenerateId(Func):
    """The next id, as an SQL expression."""

    function = "pystagram_id"
    template = "%(function)s()"
    output_field = models.BigIntegerField()


class GenerateRandomId(Func):
    """63 random bits, as an SQL expression: an id that tells neither when it was made nor how many there are."""

    function = "pystagram_random_id"
    template = "%(function)s()"
    output_field = models.BigIntegerField()


class IdField(models.BigIntegerField):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    """A primary key that PostgreSQL mints. `bulk_create` does not read it back: use `generate_ids` there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["primary_key"] = True
        kwargs.setdefault("db_default", GenerateId())
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)


def id_in(text: str) -> int | None:
    """The id that a text is, in decimal digits; None for what is no id."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MAX_ID))):
        return None
    return int(text) if int(text) <= MAX_ID else None


def generate_ids(count: int = 1) -> list[int]:
    """`count` new ids, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pystagram_id() FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]


def id_at(moment: datetime, sequence: int = 0) -> int:
    """The id of a past `moment`, for imports; `sequence` (0-1023) tells apart those of one millisecond."""
    return (int((moment - EPOCH) / timedelta(milliseconds=1)) << TIME_SHIFT) | (sequence & 1023)


def id_of_imported(moment: datetime, order: int) -> int:
    """The timeline id of what was shared elsewhere at `moment`; 20 bits of `order` are for those of one moment.

    Of times before 2026, which ids cannot express, the seconds since 1970 stand for: all of them come before all
    others, in their own order, in the first week of 2026, from which there is nothing else.
    """
    if moment >= EPOCH + IMPORTED_WITHIN:
        return id_at(moment) | IMPORTED_SHARD | (order & 0xFFFFF)
    return (int(moment.timestamp()) << 20) | (order & 0xFFFFF)


def moment_of(number: int) -> datetime:
    """When an id was made, to the millisecond; of something imported, when it was shared, to the second."""
    if number < _AFTER_IMPORTED:
        return datetime.fromtimestamp(number >> 20, UTC)
    return EPOCH + timedelta(milliseconds=number >> TIME_SHIFT)


_AFTER_IMPORTED = id_at(EPOCH + IMPORTED_WITHIN)


def settled_moment() -> datetime:
    """Whatever was made before it can be seen by now, or never: a row is made some time before it can be seen.

    A whole minute, so that the same page has the same cursors for a while.
    """
    return (timezone.now() - APPEARS_WITHIN).replace(second=0, microsecond=0)


def settled_id() -> int:
    """The id down to which nothing appears any more."""
    return id_at(settled_moment())
