"""What a search may cost."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg2.errors import QueryCanceled

from api.problems import Problem

MAX_STATEMENT_MS = 1000  # for one statement


@contextmanager
def bounded() -> Iterator[None]:
    """Statements inside end after a second: 503 `query_too_expensive`."""
    try:
        with _timeout():
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise Problem("query_too_expensive", retry_after=5) from None
        raise


def _timeout() -> AbstractContextManager[None]:
    return _for_now() if connection.in_atomic_block else connection.execute_wrapper(_with_timeout)


def _with_timeout(execute: Callable[..., Any], sql: str, values: Any, many: bool, context: dict[str, Any]) -> Any:
    """The bound comes with the statement and ends with it: a transaction around all would be three round trips more."""
    return execute(f"SET LOCAL statement_timeout = {MAX_STATEMENT_MS}; {sql}", values, many, context)


@contextmanager
def _for_now() -> Iterator[None]:
    """Within the caller's transaction, which has its own bound again afterwards."""
    with transaction.atomic():  # a bound that was passed ends no more than this
        before = _set_timeout(f"{MAX_STATEMENT_MS}ms")
        yield
        _set_timeout(before)


def _set_timeout(value: str) -> str:
    """Sets it for this transaction; gives what it was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH was AS MATERIALIZED (SELECT current_setting('statement_timeout') AS it) "
            "SELECT it, set_config('statement_timeout', %s, true) FROM was",
            [value],
        )
        return str(cursor.fetchone()[0])
