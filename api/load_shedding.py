"""Load shedding: what keeps one slow or lost server, or one costly kind of request, from taking every thread.

Both objects are of one process and safe for threads.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from api.metrics import REFUSED
from api.problems import Problem


class CircuitBreaker:
    """Open (do not ask) for `seconds` after each failure, so that not every request waits for its timeout.

    Races between threads cost no more than one more question.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._open_until = 0.0

    def is_open(self) -> bool:
        return time.monotonic() < self._open_until

    def trip(self) -> None:
        """Opens it: the server has just failed."""
        self._open_until = time.monotonic() + self.seconds

    def close(self) -> None:
        self._open_until = 0.0


class ConcurrencyLimiter:
    """At most `limit` threads do something at once; others wait up to `wait_seconds` and are then refused.

    With `max_waiting`, whoever comes when so many wait is refused at once: threads that wait answer nobody else.
    """

    def __init__(
        self, limit: int, *, wait_seconds: float, retry_after: int = 2, max_waiting: int | None = None
    ) -> None:
        self.wait_seconds, self.retry_after = wait_seconds, retry_after
        self._slots = threading.BoundedSemaphore(limit)
        self._places = None if max_waiting is None else threading.BoundedSemaphore(limit + max_waiting)

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Holds a slot during the block. `Problem("busy")` (503, `Retry-After`) if none becomes free in time."""
        with self._place():
            if not self._slots.acquire(timeout=self.wait_seconds):
                raise self._busy()
            try:
                yield
            finally:
                self._slots.release()

    @contextmanager
    def _place(self) -> Iterator[None]:
        """Among those that have a slot or wait for one."""
        if self._places is None:
            yield
            return
        if not self._places.acquire(blocking=False):
            raise self._busy()
        try:
            yield
        finally:
            self._places.release()

    def _busy(self) -> Problem:
        REFUSED.labels("busy").inc()
        return Problem("busy", retry_after=self.retry_after)
