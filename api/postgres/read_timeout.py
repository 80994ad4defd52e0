"""How long a PostgreSQL may stay silent.

PostgreSQL's own timeouts need a PostgreSQL that works, and TCP's need a machine that is gone. One that is there and
does nothing (stopped, waiting for its disk) would hold every thread that asks it. libpq has no read timeout, but
psycopg2 leaves the waiting to a callback if there is one: this one waits for so long and no longer.
"""

import select
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg2 import OperationalError
from psycopg2.extensions import POLL_OK, POLL_READ, connection, set_wait_callback

MAX_SECONDS = 12.0  # longer than `statement_timeout`, whose error says more
_local = threading.local()


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
        del _local.seconds


def wait(asked: connection) -> None:
    """Returns when the connection has done what it was asked to; `OperationalError` after too long a silence."""
    seconds = getattr(_local, "seconds", MAX_SECONDS)
    while (state := asked.poll()) != POLL_OK:
        ready = select.poll()  # not select.select, which knows no file above 1023
        ready.register(asked.fileno(), select.POLLIN if state == POLL_READ else select.POLLOUT)
        if not ready.poll(seconds * 1000):
            raise OperationalError(f"PostgreSQL was silent for {seconds:.1f} s")
