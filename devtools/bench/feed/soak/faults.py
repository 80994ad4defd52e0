"""What is broken during the soak, and when."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field

from devtools.bench.feed.context import Bench

FAULT_SECONDS = 20.0  # the web server is back by then
Break = Callable[[Bench], object]


def flush(bench: Bench) -> None:
    """All databases of the one Redis: feeds, cache and the broker's queues."""
    bench.redis().flushall()


def restart_redis(bench: Bench) -> None:
    """A polite stop; the supervisor starts it again, and it begins empty."""
    for pid in bench.stack.pids("valkey")[:1]:
        os.kill(pid, signal.SIGTERM)


# Share of the soak that has passed → what happens then.
SCHEDULE: tuple[tuple[float, str, Break], ...] = (
    (0.10, "kill -9 of a worker's child", lambda bench: bench.stack.kill("worker", child=True)),
    (0.20, "kill -9 of a web process", lambda bench: bench.stack.kill("api", child=True)),
    (0.30, "kill -9 of the worker", lambda bench: bench.stack.kill("worker")),
    (0.40, "FLUSHALL", flush),
    (0.50, "Redis restarted", restart_redis),
    (0.60, "kill -9 of the relay", lambda bench: bench.stack.kill("relay")),
    (0.70, "kill -9 of the whole web server", lambda bench: bench.stack.kill("api")),
    (0.80, "kill -9 of Redis", lambda bench: bench.stack.kill("valkey")),
)


@dataclass
class Faults:
    """Breaks what is due; `done` says what was broken, in seconds from the start."""

    bench: Bench
    seconds: float
    done: list[tuple[float, str]] = field(default_factory=list)

    def is_recent(self, now: float) -> bool:
        """Whether something was broken so lately that calls may fail of it."""
        return bool(self.done) and now - self.done[-1][0] < FAULT_SECONDS

    def pass_time(self, now: float) -> None:
        """Call it often."""
        if len(self.done) < len(SCHEDULE):
            share, name, happen = SCHEDULE[len(self.done)]
            if now >= share * self.seconds:
                self.done.append((now, name))
                happen(self.bench)
