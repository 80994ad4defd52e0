"""How long a PostgreSQL may stay silent.

PostgreSQL's own timeouts need a PostgreSQL that works, and TCP's need a machine that is gone. One that is there and
does nothing (stopped, waiting for its disk) would hold every thread that asks it. libpq has no read timeout, but
psycopg2 leaves the waiting to a callback if there is one: this one waits for so long and no longer.
"""

import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg2 import OperationalError
from psycopg2.extensions import POLL_OK, POLL_READ, connection, set_wait_callback

MAX_SECONDS = 12.0  # longer than `statement_timeout`, whose error says more
FIRST_SECONDS = 1.8  # a request begins by asking who is calling: one row by its key
LATELY_SECONDS = 5.0  # less than a firewall takes to forget a connection


class _Waiting(threading.local):
    """How patient this thread is, and when it last had an answer (`time.monotonic`)."""

    seconds: float | None = None  # as patient as can be
    is_first = False
    answered_at = float("-inf")


_local = _Waiting()


def set_read_timeout() -> None:
    """From now on this process waits for PostgreSQL no longer than it must. There is no `COPY` then."""
    set_wait_callback(wait)


@contextmanager
def read_timeout(seconds: float) -> Iterator[None]:
    """Within the block, this thread is less patient."""
    _local.seconds = seconds
    try:
        yield
    finally:
        _local.seconds = None


def await_first_answer() -> None:
    """This thread's next answer is awaited for `FIRST_SECONDS` at most: it says whether there is a server."""
    _local.is_first = True


def has_answered_lately(asked: connection) -> bool:
    """Whether this thread's last answer is fresh and nothing has come in since: neither an end nor a notice."""
    return time.monotonic() - _local.answered_at < LATELY_SECONDS and not _ready(asked, select.POLLIN, 0.0)


def wait(asked: connection) -> None:
    """Returns when the connection has done what it was asked to; `OperationalError` after too long a silence."""
    seconds = _patience()
    while (state := asked.poll()) != POLL_OK:
        if not _ready(asked, select.POLLIN if state == POLL_READ else select.POLLOUT, seconds):
            raise OperationalError(f"PostgreSQL was silent for {seconds:.1f} s")
    _local.answered_at = time.monotonic()


def _patience() -> float:
    most = FIRST_SECONDS if _local.is_first else MAX_SECONDS
    _local.is_first = False
    return most if _local.seconds is None else min(_local.seconds, most)


def _ready(asked: connection, event: int, seconds: float) -> bool:
    """Whether something happens on its socket within so many seconds."""
    poll = select.poll()  # not select.select, which knows no file above 1023
    poll.register(asked.fileno(), event)
    return bool(poll.poll(seconds * 1000))
