"""Load from one thread: calls back to back (closed loop), or at moments that were set beforehand (open loop).

Why not a known tool: wrk and hey are closed loops, in which a slow answer holds back the calls that would have met the
slowness, and neither mixes people, reads and keyed writes or keeps the answers for an audit. Here a call's latency runs
from the moment it was due, whether or not a connection was free then, so that nothing is left out of the percentiles.
"""

import select
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from devtools.bench.feed.load.http import Address, Call, Connection

BROKEN = 0  # the status of a call that got no answer
ANSWER_SECONDS = 20.0
Note = Callable[["Exchange"], object]


@dataclass(slots=True)
class Exchange:
    """A call and what came of it. Moments are of `time.perf_counter`; latency counts from `due`."""

    call: Call
    due: float
    started: float = 0.0
    ended: float = 0.0
    status: int = BROKEN
    size: int = 0
    body: bytes = b""

    @property
    def latency(self) -> float:
        """Seconds."""
        return self.ended - self.due


class Loop:
    """Up to `limit` connections to one address; calls beyond them queue."""

    def __init__(self, address: Address, limit: int, note: Note) -> None:
        self.address, self.limit, self.note = address, limit, note
        self.idle: list[Connection] = []
        self.busy: dict[int, tuple[Connection, Exchange]] = {}
        self.waiting: deque[Exchange] = deque()

    def launch(self, exchange: Exchange) -> None:
        self.waiting.append(exchange)
        while self.waiting and (self.idle or len(self.busy) < self.limit):
            self._start(self.waiting.popleft())

    def _start(self, exchange: Exchange) -> None:
        exchange.started = time.perf_counter()
        try:
            connection = self.idle.pop() if self.idle else Connection(self.address)
            connection.send(exchange.call)
        except OSError:
            self._end(exchange, BROKEN)
            return
        self.busy[connection.socket.fileno()] = (connection, exchange)

    def _end(self, exchange: Exchange, status: int) -> None:
        exchange.ended, exchange.status = time.perf_counter(), status
        self.note(exchange)

    def step(self, seconds: float) -> None:
        """Waits for at most so long, then takes in what has come."""
        if not self.busy:
            time.sleep(max(0.0, min(seconds, 0.05)))
            return
        ready, _, _ = select.select(list(self.busy), [], [], max(0.0, seconds))
        for number in ready:
            self._take(number)
        if not ready:
            self._give_up(time.perf_counter() - ANSWER_SECONDS)

    def _take(self, number: int) -> None:
        connection, exchange = self.busy[number]
        try:
            if not connection.receive():
                return
        except OSError:
            self._drop(number)
            return
        del self.busy[number]
        self.idle.append(connection)
        exchange.size, exchange.body = connection.size, bytes(connection.body)
        self._end(exchange, connection.status)
        if self.waiting:
            self._start(self.waiting.popleft())

    def _drop(self, number: int) -> None:
        connection, exchange = self.busy.pop(number)
        connection.close()
        self._end(exchange, BROKEN)
        if self.waiting:
            self._start(self.waiting.popleft())

    def _give_up(self, before: float) -> None:
        for number in [number for number, (_, one) in self.busy.items() if one.started < before]:
            self._drop(number)

    def abandon(self) -> None:
        """What was not answered by now never is."""
        while self.waiting:
            self._end(self.waiting.popleft(), BROKEN)
        for number in list(self.busy):
            self._drop(number)

    def close(self) -> None:
        for connection in [*self.idle, *(connection for connection, _ in self.busy.values())]:
            connection.close()


def run_closed(address: Address, calls: Iterator[Call], *, connections: int, seconds: float) -> list[Exchange]:
    """Each connection sends its next call when it has the answer to the last one."""
    done: list[Exchange] = []
    loop = Loop(address, connections, done.append)
    end = time.perf_counter() + seconds
    try:
        while (now := time.perf_counter()) < end:
            while len(loop.busy) < connections and (one := next(calls, None)) is not None:
                loop.launch(Exchange(one, time.perf_counter()))
            if not loop.busy:
                break  # no calls are left
            loop.step(end - now)
        finish(loop)
    finally:
        loop.close()
    return done


def run_open(
    address: Address, arrivals: Iterator[tuple[float, Call]], *, limit: int, note: Note, seconds: float
) -> None:
    """Sends each call when it is due (seconds from now), for `seconds`; `note` hears of every end."""
    loop = Loop(address, limit, note)
    start = time.perf_counter()
    upcoming = next(arrivals, None)
    try:
        while upcoming is not None and upcoming[0] < seconds:
            now = time.perf_counter() - start
            if upcoming[0] <= now:
                loop.launch(Exchange(upcoming[1], start + upcoming[0]))
                upcoming = next(arrivals, None)
            else:
                loop.step(upcoming[0] - now)
        finish(loop)
    finally:
        loop.close()


def finish(loop: Loop) -> None:
    """Waits for the answers that are still to come, for as long as one may take."""
    end = time.perf_counter() + ANSWER_SECONDS
    while (loop.busy or loop.waiting) and time.perf_counter() < end:
        loop.step(0.05)
    loop.abandon()
