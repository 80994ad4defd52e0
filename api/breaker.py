"""Not asking again a server that has just failed, so that not every request waits for its timeout."""

import time


class Breaker:
    """Open (do not ask) for `seconds` after each failure. Of one process; races only cost one more question."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._open_until = 0.0

    def is_open(self) -> bool:
        return time.monotonic() < self._open_until

    def trip(self) -> None:
        self._open_until = time.monotonic() + self.seconds

    def close(self) -> None:
        self._open_until = 0.0
