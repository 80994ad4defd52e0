"""What a search may cost."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg2.errors import QueryCanceled

from api.problems import Problem

MAX_SEARCH_MS = 1000  # of the database and what is between its statements: how many those are, the hidden decide


@contextmanager
def bounded() -> Iterator[None]:
    """Statements inside end a second after the beginning: 503 `query_too_expensive`."""
    try:
        with _timeout():
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise _too_expensive() from None
        raise


def _timeout() -> AbstractContextManager[None]:
    if connection.in_atomic_block:
        return _for_now()
    return connection.execute_wrapper(partial(_with_timeout, time.monotonic() + MAX_SEARCH_MS / 1000))


def _with_timeout(
    end: float, execute: Callable[..., Any], sql: str, values: Any, many: bool, context: dict[str, Any]
) -> Any:
    """What is left of the bound comes with each statement and ends with it: a transaction around all would be three
    round trips more."""
    left = round((end - time.monotonic()) * 1000)
    if left <= 0:
        raise _too_expensive()
    return execute(f"SET LOCAL statement_timeout = {left}; {sql}", values, many, context)


def _too_expensive() -> Problem:
    return Problem("query_too_expensive", retry_after=5)


@contextmanager
def _for_now() -> Iterator[None]:
    """Within the caller's transaction, which has its own bound again afterwards; for each statement, as none is told
    before it what is left."""
    with transaction.atomic():  # a bound that was passed ends no more than this
        before = _set_timeout(f"{MAX_SEARCH_MS}ms")
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
