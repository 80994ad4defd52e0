"""A program that has to keep running, started again when it ends by itself."""

import time
from collections.abc import Callable

from devtools.stack.child import Child, Program
from devtools.stack.terminal import say

FIRST_DELAY = 0.5
MAX_DELAY = 30.0
# A run of this many seconds counts as a good start: the next one is made without delay again.
SETTLED_SECONDS = 30.0


def always_ready() -> bool:
    return True


class Service:
    """`make` gives the program anew for every start, after putting right what the last run left behind.

    `bad_starts` counts those in a row that ended at once.
    """

    newest_child: Child  # from the first start on, also while it waits to be started again

    def __init__(self, name: str, make: Callable[[], Program], is_ready: Callable[[], bool] = always_ready) -> None:
        self.name, self.make, self.is_ready = name, make, is_ready
        self.child: Child | None = None
        self.delay = FIRST_DELAY
        self.due_at = 0.0
        self.ends_count = self.bad_starts = 0

    def start(self, keep_open: tuple[int, ...]) -> Child:
        self.child = self.newest_child = Child(self.make(), keep_open)
        return self.child

    @property
    def has_ended(self) -> bool:
        return self.child is None or self.child.exit_code is not None

    def has_said(self, words: str) -> bool:
        """Whether the last log lines contain these words."""
        return self.child is not None and any(words in line for line in self.child.tail(40))

    def note_end(self) -> None:
        """Log that it ended and schedule the next start: later each time it fails at once."""
        if self.child is None:
            return
        settled = self.child.age > SETTLED_SECONDS
        self.ends_count, self.bad_starts = self.ends_count + 1, 0 if settled else self.bad_starts + 1
        self.delay = FIRST_DELAY if settled else min(self.delay * 2, MAX_DELAY)
        self.due_at = time.monotonic() + self.delay
        log = self.child.program.log
        say(f"  {self.name} ended (exit {self.child.exit_code}); again in {self.delay:.0f} s. See {log}")
        self.child = None

    @property
    def is_due(self) -> bool:
        return self.child is None and time.monotonic() >= self.due_at
