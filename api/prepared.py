"""Statements that PostgreSQL keeps planned, for each connection.

Planning one statement of the visibility rule takes PostgreSQL as long as running it. A statement that comes a second
time on a connection is prepared there (`PREPARE`), and from then on only run (`EXECUTE`).

Behind a pooler in transaction mode the next statement may meet another server process, which knows nothing of it. Such
a pooler hands out process numbers of its own, so a connection whose number is not the server's prepares nothing.
"""

import hashlib
import logging
import re
from collections.abc import Sequence
from typing import Any, cast
from weakref import WeakKeyDictionary

from django.db import NotSupportedError
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg2.extensions import connection as RawConnection

from api.postgres.base import DatabaseWrapper

logger = logging.getLogger(__name__)
MAX_PREPARED = 60  # of a connection: a plan takes PostgreSQL up to 1.1 MB, and a list's limit has 100 values
_PLACE = re.compile("%(?:s|%)")
_NAMED = re.compile(r"%\((\w+)\)s")


class Statement:
    """A statement with places for values, answering with rows: `names[n]` is bound at place n, or `constants[n]` where
    there is no name. Where the best plan depends on the values, it is not prepared (`is_prepared`).

    PostgreSQL chooses between a plan for these values and one for all by what it takes them to cost, from the sixth
    use on. Where it always takes the first, for longer than that saves, or where to plan five times is long, it is told
    to take the other one at once (`is_generic`); within a transaction that lasts to its end.

    What looks one row up by its key and is a request's first statement (`is_quick`) stands for the question whether the
    connection is usable.
    """

    def __init__(
        self,
        sql: str,
        names: Sequence[str | None],
        constants: Sequence[Any],
        *,
        is_prepared: bool = True,
        is_generic: bool = False,
        is_quick: bool = False,
    ) -> None:
        self.sql, self.names, self.constants = sql, names, constants
        self.is_prepared, self.is_generic, self.is_quick = is_prepared, is_generic, is_quick
        self.parameters = sorted({name for name in names if name is not None})
        self.key = "pystagram_" + hashlib.blake2b(repr((sql, names, constants)).encode(), digest_size=12).hexdigest()
        places = ", ".join(["%s"] * len(self.parameters))
        self._execute = f"EXECUTE {self.key}({places})" if places else f"EXECUTE {self.key}"
        if is_generic:
            self._execute = f"SET LOCAL plan_cache_mode = force_generic_plan; {self._execute}"

    @classmethod
    def named(cls, sql: str, *, is_generic: bool = False) -> "Statement":
        """Of a text whose places are `%(name)s`."""
        names = _NAMED.findall(sql)
        return cls(_NAMED.sub("%s", sql), names, [None] * len(names), is_generic=is_generic)

    def fetch(self, connection: BaseDatabaseWrapper, given: dict[str, Any]) -> list[tuple[Any, ...]]:
        """The rows for these values. Within a transaction: `NotSupportedError`, once, if a column changed its type."""
        if self.is_quick:
            cast(DatabaseWrapper, connection).trust_if_it_answered_lately()
        connection.close_if_health_check_failed()  # as a cursor of Django's does; preparing takes none
        connection.ensure_connection()
        if self.is_prepared and _is_prepared(connection, self):
            try:
                return _fetch(connection, self._execute, [given[name] for name in self.parameters])
            except NotSupportedError as error:  # a migration gave its columns other types
                logger.warning("a prepared statement is prepared anew: %s", error)
                _forget(connection, self)
                if connection.in_atomic_block:  # which the error has ended
                    raise
        pairs = zip(self.names, self.constants, strict=True)
        return _fetch(connection, self.sql, [constant if name is None else given[name] for name, constant in pairs])

    def preparation(self, raw: RawConnection) -> str:
        """The text that prepares it. What stands in it are the code's own constants; values have numbered places."""
        pairs = iter(zip(self.names, self.constants, strict=True))

        def place(found: re.Match[str]) -> str:
            if found.group() == "%%":
                return "%"
            name, constant = next(pairs)
            if name is not None:
                return f"${self.parameters.index(name) + 1}"
            with raw.cursor() as cursor:
                return str(cursor.mogrify("%s", [constant]).decode())

        return f"PREPARE {self.key} AS {_PLACE.sub(place, self.sql)}"


class _Known:
    """What one connection has seen. `usable`: it leads to the server itself."""

    def __init__(self, raw: RawConnection) -> None:
        with raw.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self.usable = cursor.fetchone() == (_pid_of(raw),)
        self.seen: set[str] = set()
        self.prepared: dict[str, None] = {}  # the one that was used last comes last
        self.stale: set[str] = set()


def _pid_of(raw: RawConnection) -> int:
    """The number that whoever accepted the connection gave it."""
    return int(raw.info.backend_pid)


_known: "WeakKeyDictionary[RawConnection, _Known]" = WeakKeyDictionary()


def _is_prepared(connection: BaseDatabaseWrapper, statement: Statement) -> bool:
    """Whether it can be run by its name; a second use prepares it, a first one where the plan is for all values.

    (Not counted as queries: they are once only.)
    """
    raw = connection.connection
    known = _known.get(raw)
    if known is not None and statement.key in known.prepared:
        known.prepared[statement.key] = known.prepared.pop(statement.key)
        return True
    with connection.wrap_database_errors:
        if known is None:
            known = _known[raw] = _Known(raw)
        is_known = statement.key in known.seen or statement.is_generic
        if not known.usable or not is_known:
            known.seen.add(statement.key)
            return False
        with raw.cursor() as cursor:
            if statement.key in known.stale:
                cursor.execute(f"DEALLOCATE {statement.key}")
                known.stale.discard(statement.key)
            while len(known.prepared) >= MAX_PREPARED:
                oldest = next(iter(known.prepared))
                cursor.execute(f"DEALLOCATE {oldest}")
                del known.prepared[oldest]
            cursor.execute(statement.preparation(raw))
    known.prepared[statement.key] = None
    return True


def _forget(connection: BaseDatabaseWrapper, statement: Statement) -> None:
    """PostgreSQL is told when it is prepared again: in a transaction that failed it takes no commands."""
    known = _known[connection.connection]
    known.prepared.pop(statement.key, None)
    known.seen.discard(statement.key)
    known.stale.add(statement.key)


def _fetch(connection: BaseDatabaseWrapper, sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
