"""Probes for what must never be shown: a relation ends, and the next answers must not tell of the other's posts."""

import itertools
import json
from collections.abc import Generator
from dataclasses import dataclass, field
from functools import partial

from devtools.bench.feed.context import FEED, Bench
from devtools.bench.feed.load.http import Call, call
from devtools.bench.feed.load.loop import Exchange
from devtools.bench.feed.world.people import username

PROBE = "probe"  # what its calls are counted under
TRIES = 40  # of a feed that does not have the posts yet
Steps = Generator[Call, Exchange, None]


@dataclass
class Findings:
    """`looks` at answers in which nothing of the other's may be, and the `leaks` that there were.

    `seen` counts how often the posts were there while they might be: without that the looks would prove nothing.
    """

    looks: int = 0
    seen: int = 0
    leaks: list[str] = field(default_factory=list)

    def look(self, answer: Exchange, author: int, what: str) -> None:
        self.looks += 1
        if shows(answer, author):
            self.leaks.append(f"{what}: {username(author)} to whom it is hidden")


def shows(answer: Exchange, author: int) -> bool:
    """Whether a list has posts of the author."""
    posts = json.loads(answer.body).get("results", []) if answer.status == 200 else []
    return any(post.get("author", {}).get("id") == str(author) for post in posts)


@dataclass
class Probe:
    """An author and a viewer who go through all the ways of being hidden, again and again."""

    bench: Bench
    author: int
    viewer: int
    findings: Findings

    def first(self) -> Call:
        self.steps = self._steps()
        return next(self.steps)

    def then(self, answer: Exchange) -> Call:
        """The next call; the steps have no end."""
        return self.steps.send(answer)

    def _steps(self) -> Steps:
        ways = (self._unfollow, self._remove, self._block, self._go_private)
        for way in itertools.cycle(ways):
            yield self._call("PATCH", "/v1/me", self.author, {"is_private": False})
            yield self._call("PUT", f"/v1/users/{username(self.author)}/follow", self.viewer)
            yield from self._wait()
            yield from way()

    def _wait(self) -> Steps:
        """Until the posts are in the feed, which a worker sees to."""
        for _ in range(TRIES):
            answer = yield self._feed()
            if shows(answer, self.author):
                self.findings.seen += 1
                break

    def _unfollow(self) -> Steps:
        yield self._call("DELETE", f"/v1/users/{username(self.author)}/follow", self.viewer)
        yield from self._look("unfollowed", self._feed())

    def _remove(self) -> Steps:
        yield self._call("PATCH", "/v1/me", self.author, {"is_private": True})
        yield self._call("DELETE", f"/v1/me/followers/{username(self.viewer)}", self.author)
        yield from self._look("removed", self._feed())
        yield from self._look("removed", self._grid())

    def _block(self) -> Steps:
        yield self._call("PUT", f"/v1/users/{username(self.viewer)}/block", self.author)
        yield from self._look("blocked", self._feed())
        yield from self._look("blocked", self._grid())
        yield self._call("DELETE", f"/v1/users/{username(self.viewer)}/block", self.author)

    def _go_private(self) -> Steps:
        yield self._call("DELETE", f"/v1/users/{username(self.author)}/follow", self.viewer)
        yield self._call("PATCH", "/v1/me", self.author, {"is_private": True})
        for one in (self._grid(), self._call("GET", "/v1/explore?limit=100", self.viewer)):
            yield from self._look("went private", one)

    def _look(self, what: str, one: Call) -> Steps:
        answer = yield one
        self.findings.look(answer, self.author, what)

    def _feed(self) -> Call:
        return self._call("GET", FEED, self.viewer)

    def _grid(self) -> Call:
        return self._call("GET", f"/v1/users/{username(self.author)}/posts", self.viewer)

    def _call(self, method: str, path: str, person: int, body: object = None) -> Call:
        make = partial(call, method, path, self.bench.token(person), body)
        return make(name=PROBE, keep_body=True, about=self)
