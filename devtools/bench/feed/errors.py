"""What ends a run with one line instead of a trace."""


class BenchError(Exception):
    """The command's exit code is `code`."""

    code = 1


class TooNoisy(BenchError):
    """The figures were not kept. `--force` keeps them, marked."""

    code = 3


class StackFailed(BenchError):
    """It did not start; the message has the end of its log."""


class OtherWorld(BenchError):
    """The folder holds a world of another size or seed, or of other tables."""


class Unanswered(BenchError):
    """What must be answered for anything to be measured was not."""


class Lost(BenchError):
    """A post did not arrive."""
