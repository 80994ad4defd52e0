"""Errors of the stack, each with a message of one line."""


class StackError(Exception):
    """The stack cannot go on; the message is one clear line, `tail` the log lines that show why."""

    def __init__(self, message: str, tail: list[str] | None = None) -> None:
        super().__init__(message)
        self.tail = tail or []


class Stopped(Exception):
    """A signal asked the stack to stop while it was waiting for something."""
