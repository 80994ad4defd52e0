"""The calls of the soak in the order of their moments: the estimate's mix, what follows from answers, and repeats."""

import heapq
import itertools
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from devtools.bench.feed.context import FEED, Bench
from devtools.bench.feed.load.arrivals import poisson
from devtools.bench.feed.load.http import Call, call
from devtools.bench.feed.load.loop import Exchange
from devtools.bench.feed.parts.writes import open_posts
from devtools.bench.feed.soak.ledger import Errand, Ledger, Publication, Switch
from devtools.bench.feed.soak.probes import Findings, Probe
from devtools.bench.feed.world.people import is_private, username
from devtools.bench.feed.world.spare_photos import spare_photos
from posts.models import Post

AGAIN_SECONDS = 0.5  # before a call that was not answered well is sent again
PROBE_SECONDS = 0.05  # between the calls of a probe
PROBES = 5
ENOUGH_LOOKS = 20  # of a soak that was too short for them, they go on at its end
UNDONE = 0.1  # of likes and follows are taken back
FEED_READ = "feed"


@dataclass(frozen=True)
class Rates:
    """Calls a second. The estimate's peak is 580 feeds and 70 posts; likes and follows are those of its average day."""

    feeds: float = 580
    posts: float = 70
    likes: float = 231
    follows: float = 12

    def times(self, scale: float) -> "Rates":
        return Rates(self.feeds * scale, self.posts * scale, self.likes * scale, self.follows * scale)


def probed_authors(bench: Bench) -> list[int]:
    """Public people of the end of the world who have posts."""
    people = range(bench.size.quiet, 0, -1)
    posted = set(Post.objects.live().filter(author__gt=bench.size.quiet // 2).values_list("author", flat=True)[:50_000])
    return [number for number in people if number in posted and not is_private(number, bench.size)][:PROBES]


class Mix:
    """Iterates over (seconds from the start, call). `heard` takes every answer."""

    def __init__(self, bench: Bench, ledger: Ledger, findings: Findings, mark: str) -> None:
        self.bench, self.ledger, self.findings, self.mark = bench, ledger, findings, mark
        self.chance = random.Random(f"{bench.size.seed}:{mark}")
        self.probed = probed_authors(bench)
        self.posts = open_posts(bench, 500, but_of=self.probed)
        self.people = bench.ordinary
        self.targets = [
            number
            for number in range(1, bench.size.people + 1, 3)
            if not is_private(number, bench.size) and number not in self.probed
        ]
        self.pairs = set[tuple[str, int, int]]()
        self.due: list[tuple[float, int, Call]] = []
        self.order = itertools.count()
        self.ended = False

    def plan(self, rates: Rates, seconds: float) -> None:
        """Photos for all posts to come; the next run's calls."""
        authors = [number for number in self.people if number % 5 < 3]
        count = int(rates.posts * seconds * 1.3) + 20
        self.photos = iter(spare_photos([self.chance.choice(authors) for _ in range(count)], self.bench.size.seed))
        makers: dict[Callable[[], Call], float] = {
            self._feed: rates.feeds,
            self._publish: rates.posts,
            self._like: rates.likes,
            self._follow: rates.follows,
        }
        self.arrivals = poisson(makers, self.chance.randrange(2**32))
        self.upcoming = next(self.arrivals)
        self.due = [(0.0, number, one) for _, number, one in self.due]  # what the last run left
        self.start = time.perf_counter()

    def begin_probes(self) -> None:
        """Of authors whom nothing else of the soak touches, and sparse viewers, in whose feeds a new post is on top."""
        for viewer, author in zip(self.bench.size.sparse, self.probed, strict=False):
            self._later(0, Probe(self.bench, author, viewer, self.findings).first())

    def __iter__(self) -> Iterator[tuple[float, Call]]:
        return self

    def __next__(self) -> tuple[float, Call]:
        if self.due and (self.ended or self.due[0][0] <= self.upcoming[0]):
            moment, _, one = heapq.heappop(self.due)
            return moment, one
        if self.ended:
            raise StopIteration
        moment, one = self.upcoming
        self.upcoming = next(self.arrivals)
        return moment, one

    def heard(self, answer: Exchange) -> None:
        """Sends again what was not answered well, or what comes after it. (A 409 means: the first try is under way.)"""
        errand = answer.call.about
        if errand is None:
            return
        if answer.status in (0, 409, 429) or answer.status >= 500:
            self._later(AGAIN_SECONDS, answer.call)
        elif not (self.ended and isinstance(errand, Probe) and self.findings.looks >= ENOUGH_LOOKS):
            following: Call | None = errand.then(answer)  # type: ignore[attr-defined]
            if following is not None:
                self._later(PROBE_SECONDS, following)

    def _later(self, seconds: float, one: Call) -> None:
        heapq.heappush(self.due, (time.perf_counter() - self.start + seconds, next(self.order), one))

    # -- what people do ------------------------------------------------------------------------------

    def _feed(self) -> Call:
        return self.bench.get(self.chance.choice(self.people), FEED, name=FEED_READ)

    def _publish(self) -> Call:
        owner, media = next(self.photos)
        key = f"{self.mark}-{media}"
        errand = Publication(Call(b""), owner, key)
        body = {"media": [str(media)], "caption": f"{key} #soak"}
        errand.call = call(
            "POST", "/v1/posts", self.bench.token(owner), body, name="publish", key=key, about=errand, keep_body=True
        )
        self.ledger.publications.append(errand)
        return errand.first()

    def _like(self) -> Call:
        return self._switched("like", lambda: self.chance.choice(self.posts), "/v1/posts/{}/like")

    def _follow(self) -> Call:
        return self._switched("follow", lambda: self.chance.choice(self.targets), "/v1/users/{}/follow")

    def _switched(self, kind: str, target: Callable[[], int], path: str) -> Call:
        """A pair that was not used yet, put; one in ten is taken back."""
        while True:
            pair = (kind, self.chance.choice(self.people), target())
            if pair not in self.pairs and (kind == "like" or pair[1] != pair[2]):
                break
        self.pairs.add(pair)
        _, person, other = pair
        errand: Errand
        errand = switch = Switch(kind, person, other, [])
        address = path.format(other if kind == "like" else username(other))
        methods = ("PUT", "DELETE") if self.chance.random() < UNDONE else ("PUT",)
        switch.calls = [call(method, address, self.bench.token(person), name=kind, about=switch) for method in methods]
        self.ledger.switches.append(switch)
        return errand.first()
