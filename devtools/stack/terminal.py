"""Output of the stack on the terminal."""

import contextlib
import sys


def say(line: str) -> None:
    """One line on the terminal; a terminal that has gone away is no reason to stop."""
    with contextlib.suppress(OSError):
        print(line, flush=True)


def complain(message: str, tail: list[str]) -> None:
    """One line on stderr, after the log lines that show the cause."""
    with contextlib.suppress(OSError):
        for line in tail:
            print(f"    {line}", file=sys.stderr)
        print(f"pystagram: {message}", file=sys.stderr, flush=True)
