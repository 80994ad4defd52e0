"""What every part of the benchmark works with: the stack, the world, people's tokens, and measured load."""

import itertools
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import redis
from django.conf import settings

from accounts.models import Session
from accounts.tokens import pair_for
from devtools.bench.feed.load.http import Call, call
from devtools.bench.feed.load.loop import Exchange, run_closed
from devtools.bench.feed.measuring import cpu
from devtools.bench.feed.measuring.percentiles import percentile
from devtools.bench.feed.stack import Stack
from devtools.bench.feed.world.people import session_id
from devtools.bench.feed.world.sizes import Size

FEED = "/v1/feed"
Values = dict[str, Any]
CLIENT = "client"
ORDINARY = 500  # of the people, who stand for all of them


@dataclass(frozen=True)
class Plan:
    """How long to measure, and how often."""

    seconds: float
    repeat: int
    soak_minutes: float


@dataclass
class Bench:
    stack: Stack
    size: Size
    plan: Plan
    tokens: dict[int, str] = field(default_factory=dict)
    body: Values = field(default_factory=dict)  # what the recorded feed holds, once everybody's feed is there

    def token(self, number: int) -> str:
        """The access token of a person."""
        if number not in self.tokens:
            own = session_id(number, self.size.seed)
            self.tokens[number] = pair_for(Session(pk=own, user_id=number, refresh_jti=own.hex)).access
        return self.tokens[number]

    def get(self, number: int, path: str, **more: Any) -> Call:
        return call("GET", path, self.token(number), **more)

    def gets(self, people: Sequence[int], path: str, name: str = "") -> list[Call]:
        return [self.get(number, path, name=name) for number in people]

    @property
    def ordinary(self) -> list[int]:
        """Some of the ordinary people, spread over all."""
        step = max(1, self.size.people // ORDINARY)
        return list(range(1, self.size.people + 1, step))[:ORDINARY]

    def redis(self, database: int | None = None) -> "redis.Redis":
        """The stack's server with a long patience; another database of it for the contenders."""
        more = {} if database is None else {"db": database}
        return redis.Redis.from_url(settings.FEEDS_REDIS_URL, socket_timeout=60, **more)

    def spent(self) -> cpu.Times:
        """CPU so far of the stack's programs, and of this process."""
        mine = os.times()
        return {**cpu.spent(self.stack.supervisor), CLIENT: mine.user + mine.system}

    def load(self, calls: Iterable[Call], *, connections: int = 1, seconds: float | None = None) -> "Load":
        """These calls over and over (an iterator: as far as it goes), back to back."""
        endless: Iterator[Call] = calls if isinstance(calls, Iterator) else itertools.cycle(calls)
        before, start = self.spent(), time.perf_counter()
        done = run_closed(self.stack.address, endless, connections=connections, seconds=seconds or self.plan.seconds)
        took = time.perf_counter() - start
        return Load(done, took, cpu.between(before, self.spent()))

    def once(self, calls: Sequence[Call], connections: int = 1) -> "Load":
        """Each of these calls one time."""
        return self.load(iter(calls), connections=connections, seconds=600)


@dataclass(frozen=True)
class Load:
    """Exchanges, the seconds that they took, and the CPU that was spent meanwhile."""

    exchanges: list[Exchange]
    seconds: float
    cpu: cpu.Times

    @property
    def good(self) -> list[Exchange]:
        return [one for one in self.exchanges if 200 <= one.status < 400]

    def latency(self, share: float) -> float:
        """Milliseconds."""
        return percentile((one.latency for one in self.good), share) * 1000

    def cpu_of(self, kind: str) -> float:
        """Milliseconds a request."""
        return self.cpu[kind] * 1000 / max(1, len(self.good))

    @property
    def server_cpu(self) -> float:
        """Milliseconds a request of all that answers it; workers, which idle or do what follows, are not in it."""
        return sum(self.cpu_of(kind) for kind in cpu.SERVING)

    @property
    def per_second(self) -> float:
        return len(self.good) / self.seconds

    def as_json(self) -> Values:
        """Milliseconds; `failed` counts what was no 2xx or 3xx, `failures` by status (0: no answer)."""
        sizes = [one.size for one in self.good]
        failures = Counter(one.status for one in self.exchanges if not 200 <= one.status < 400)
        return {
            "count": len(self.good),
            "failed": failures.total(),
            "failures": {str(status): count for status, count in failures.items()},
            "per_second": self.per_second,
            "p50": self.latency(0.5),
            "p99": self.latency(0.99),
            "p999": self.latency(0.999),
            "max": self.latency(1.0),
            "bytes": sum(sizes) / max(1, len(sizes)),
            "cpu": {kind: self.cpu_of(kind) for kind in self.cpu},
            "server_cpu": self.server_cpu,
        }
