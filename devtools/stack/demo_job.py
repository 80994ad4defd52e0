"""Loading the demo world beside the running stack, with a progress bar."""

import re
import sys
import time
from collections.abc import Callable

from devtools.stack.child import Program
from devtools.stack.service import Service
from devtools.stack.terminal import say, terminal

# What `manage.py demo` writes where it has no terminal of its own.
PROGRESS = re.compile(r"loaded (\d+) of (\d+)")
LOOK_SECONDS = 0.5
BAR_WIDTH = 24


class DemoJob(Service):
    """A program that ends when the world is loaded; until then it is started again like every service."""

    def __init__(self, make: Callable[[], Program]) -> None:
        super().__init__("demo", make)
        self.is_done = False
        self.look_at = 0.0
        self.tenths = 0

    def note_end(self) -> None:
        """Say how to log in once it is loaded."""
        if self.child is None or self.child.exit_code != 0:
            super().note_end()
            return
        self.is_done = True
        terminal.show_status("")
        [answer] = self.child.tail(1) or ["nothing to load"]
        say(f"  {self.name:<12} done   {self.child.age:.1f} s.  {answer}")
        self.child = None

    @property
    def is_due(self) -> bool:
        return not self.is_done and super().is_due

    def show_progress(self) -> None:
        """Draw the bar anew; where nothing can be drawn over, a line for every tenth."""
        if self.child is None or time.monotonic() < self.look_at:
            return
        self.look_at = time.monotonic() + LOOK_SECONDS
        found = [match for line in self.child.tail(5) if (match := PROGRESS.search(line))]
        if found:
            self._show(int(found[-1][1]), int(found[-1][2]))

    def _show(self, loaded: int, total: int) -> None:
        filled = BAR_WIDTH * loaded // total
        terminal.show_status(f"  {self.name:<12} [{'#' * filled:.<{BAR_WIDTH}}] {loaded} of {total}")
        tenths = 10 * loaded // total
        if tenths > self.tenths and not sys.stdout.isatty():
            say(f"  {self.name:<12} {tenths * 10} % loaded")
        self.tenths = tenths
