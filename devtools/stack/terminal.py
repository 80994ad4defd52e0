"""Output of the stack on the terminal."""

import contextlib
import sys

CLEAR_LINE = "\r\033[K"


class Terminal:
    """Lines on standard output and, on a terminal, one status line below them that is drawn over."""

    def __init__(self) -> None:
        self.status = ""

    def say(self, line: str) -> None:
        """One line; a terminal that has gone away is no reason to stop."""
        with contextlib.suppress(OSError):
            print(f"{CLEAR_LINE if self.status else ''}{line}", flush=True)
        self._draw()

    def show_status(self, text: str) -> None:
        """Replace the status line; an empty text removes it. Does nothing where lines cannot be drawn over."""
        if text != self.status and sys.stdout.isatty():
            self.status = text
            with contextlib.suppress(OSError):
                print(CLEAR_LINE, end="", flush=True)
            self._draw()

    def _draw(self) -> None:
        if self.status:
            with contextlib.suppress(OSError):
                print(self.status, end="", flush=True)


terminal = Terminal()
say = terminal.say


def complain(message: str, tail: list[str]) -> None:
    """One line on stderr, after the log lines that show the cause."""
    with contextlib.suppress(OSError):
        for line in tail:
            print(f"    {line}", file=sys.stderr)
        print(f"pystagram: {message}", file=sys.stderr, flush=True)
