"""The form of a row of the gauntlet: a file, and how it ends."""

from collections.abc import Callable
from typing import NamedTuple

DAMAGED, PIXELS, UNKNOWN = "damaged_file", "too_many_pixels", "unsupported_format"


class Refused(NamedTuple):
    """At once, by the answer to its upload."""

    status: int
    code: str

    def __str__(self) -> str:
        return f"{self.status} `{self.code}`"


class Fails(NamedTuple):
    """Received, kept, and `failed` once a worker looked into it."""

    code: str

    def __str__(self) -> str:
        return f"`failed`: `{self.code}`"


class Ready(NamedTuple):
    """Shown, in this size; its quarters have the painted colours but for `off_by` (None: it is not painted), after it
    is turned back by `turn` degrees."""

    width: int
    height: int
    off_by: int | None = 40
    kind: str = "photo"
    seconds: float | None = None
    turn: int = 0

    def __str__(self) -> str:
        return f"`ready`, a {self.kind}"


class Row(NamedTuple):
    """A file, what it is called and said to be, and how it ends."""

    make: Callable[[], bytes]
    ends: Refused | Fails | Ready
    name: str = "file.jpg"
    content_type: str = "application/octet-stream"
