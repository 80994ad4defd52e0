"""What the soak asked for and what was acknowledged, to be held against SQL at the end."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from devtools.bench.feed.load.http import Call
from devtools.bench.feed.load.loop import Exchange


class Errand(Protocol):
    """Calls that follow one another: each is sent again until it is answered well, then the next one is asked for."""

    def first(self) -> Call: ...

    def then(self, answer: Exchange) -> Call | None: ...


@dataclass
class Publication:
    """One keyed POST of a post."""

    call: Call
    author: int
    key: str
    status: int = 0

    def first(self) -> Call:
        return self.call

    def then(self, answer: Exchange) -> Call | None:
        self.status = answer.status
        return None


@dataclass
class Switch:
    """A relation that is put, and perhaps deleted later: a like, a follow."""

    kind: str
    person: int
    target: int
    calls: list[Call]
    sent: int = 0
    acknowledged: int = 0
    is_refused: bool = False

    def first(self) -> Call:
        self.sent = 1
        return self.calls[0]

    def then(self, answer: Exchange) -> Call | None:
        if answer.status >= 400:  # by somebody whom the author has blocked, say
            self.is_refused = True
            return None
        self.acknowledged = self.sent
        if self.sent < len(self.calls):
            self.sent += 1
            return self.calls[self.sent - 1]
        return None

    @property
    def is_settled(self) -> bool:
        """Whether all its calls were acknowledged."""
        return self.acknowledged == len(self.calls)

    @property
    def is_on(self) -> bool:
        """What the row must say once it is settled: calls take turns, PUT first."""
        return len(self.calls) % 2 == 1


@dataclass
class Ledger:
    publications: list[Publication] = field(default_factory=list)
    switches: list[Switch] = field(default_factory=list)

    def of(self, kind: str) -> Iterator[Switch]:
        """The settled ones of one kind."""
        return (one for one in self.switches if one.kind == kind and one.is_settled)
