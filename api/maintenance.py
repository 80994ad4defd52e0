"""Management commands that may take as long as they need: the limits of requests are not theirs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections

# A statement has no limit; waiting for a lock has one, because whoever waits for it makes others wait behind it.
OPTIONS = "-c statement_timeout=0 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=0"


@contextmanager
def maintenance_limits(alias: str = "default") -> Iterator[None]:
    """Within the block, this thread's connection to PostgreSQL has the limits of maintenance."""
    connection = connections[alias]
    options = connection.settings_dict["OPTIONS"]
    before = options.get("options")
    try:
        _connect_with(connection, OPTIONS)
        yield
    finally:
        _connect_with(connection, before)


def _connect_with(connection: Any, options: str | None) -> None:
    connection.settings_dict["OPTIONS"]["options"] = options
    if not connection.in_atomic_block:  # within a transaction (of a test) the connection has to stay
        connection.close()


class MaintenanceCommand(BaseCommand):
    """A command whose statements may take longer than a request's."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        with maintenance_limits():
            return super().execute(*args, **options)
