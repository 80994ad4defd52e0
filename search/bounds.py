"""What a search may cost."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg2.errors import QueryCanceled

from api.problems import Problem

MAX_STATEMENT_MS = 1000  # for one statement


@contextmanager
def bounded() -> Iterator[None]:
    """Statements inside end after a second: 503 `query_too_expensive`."""
    is_nested = connection.in_atomic_block
    try:
        with transaction.atomic():
            before = _set_timeout(f"{MAX_STATEMENT_MS}ms")
            yield
            if is_nested:  # else it ends with the transaction
                _set_timeout(before)
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise Problem("query_too_expensive", retry_after=5) from None
        raise


def _set_timeout(value: str) -> str:
    """Sets it for this transaction; gives what it was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH was AS MATERIALIZED (SELECT current_setting('statement_timeout') AS it) "
            "SELECT it, set_config('statement_timeout', %s, true) FROM was",
            [value],
        )
        return str(cursor.fetchone()[0])
