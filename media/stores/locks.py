"""Purging and backing up exclude each other: what a backup's database knows must be there until its files are copied.

The lock is PostgreSQL's and belongs to a transaction on a connection of its own, so it holds behind PgBouncer too,
keeps no old rows from being vacuumed, and goes with a process that dies.
"""

import contextlib
from collections.abc import Callable, Iterator

from django.db import connections, transaction
from django.db.utils import InterfaceError, OperationalError

LOCK = 0x7075726765  # any number that nobody else locks


class Busy(Exception):
    """A purge or a backup is running; the text says so."""


@contextlib.contextmanager
def no_other() -> Iterator[Callable[[], None]]:
    """Meanwhile no other purge or backup runs; `Busy` if one does. Yields what raises `Busy` once the lock is lost."""
    keeper = connections.create_connection("default")
    try:
        keeper.set_autocommit(False)
        with keeper.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                raise Busy("A backup or a purge of media is running; try again when it is done.")

        def still() -> None:
            try:
                with keeper.cursor() as cursor:
                    cursor.execute("SELECT 1")
            except (OperationalError, InterfaceError, transaction.TransactionManagementError):
                raise Busy("The database's connection was lost, and with it the lock; run it again.") from None

        yield still
    finally:
        keeper.close()
