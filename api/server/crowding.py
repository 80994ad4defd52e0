"""Makes room when a process holds so many connections that nobody else could soon make one.

granian accepts so many (`--backpressure`) and then no more until one ends; one that asks for nothing, or sends its
request a byte a second, ends after half a minute. One client can hold them all: so they are shared out by address.
"""

import contextlib
import os
import resource
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from api.metrics import CONNECTIONS_ENDED
from api.server.sockets import accepted, peer_of, traffic_of
from api.throttles import address_in

LOOK_SECONDS = 1.0
# Half of what a process may hold (API_CONNECTIONS in devtools/stack/processes.py): what comes within a second fits.
MAX_CONNECTIONS = 2048
# Whoever was sent something so lately is being answered.
ACTIVE_SECONDS = 2.0


class Waiting(NamedTuple):
    """An accepted connection, seconds since something was sent to it, and since anything passed in either direction."""

    connection: socket.socket
    since_sent: float
    idle: float


def watch() -> None:
    """Looks once a second in a thread of its own, for as long as the process lives."""
    threading.Thread(target=_watch, name="crowding", daemon=True).start()


def _watch() -> None:
    most = min(MAX_CONNECTIONS, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)
    while True:
        time.sleep(LOOK_SECONDS)
        if len(os.listdir("/proc/self/fd")) > most:
            make_room(most)


def make_room(max_connections: int) -> int:
    """Ends connections until so many are left; how many that were.

    Only those of addresses that hold more than their share, the longest idle first, and none that was just sent to.
    """
    by_address: dict[str, list[Waiting]] = defaultdict(list)
    with contextlib.ExitStack() as scope:
        for _, connection in accepted():
            scope.enter_context(connection)
            traffic = traffic_of(connection)
            idle = min(traffic.since_sent, traffic.since_received)
            address = address_in({"REMOTE_ADDR": peer_of(connection)})
            by_address[address].append(Waiting(connection, traffic.since_sent, idle))
        counts = [len(some) for some in by_address.values()]
        share = fair_share(counts, max_connections)
        surplus = [one for some in by_address.values() for one in longest_idle(some, len(some) - share)]
        return _end(longest_idle(surplus, sum(counts) - max_connections))


def longest_idle(some: Iterable[Waiting], count: int) -> list[Waiting]:
    """Up to so many of those that were not just sent something."""
    candidates = [one for one in some if one.since_sent >= ACTIVE_SECONDS]
    return sorted(candidates, key=lambda one: one.idle, reverse=True)[: max(count, 0)]


def _end(some: Iterable[Waiting]) -> int:
    ended = 0
    for one in some:
        with contextlib.suppress(OSError):
            one.connection.shutdown(socket.SHUT_RDWR)
        CONNECTIONS_ENDED.inc()
        ended += 1
    return ended


def fair_share(counts: Iterable[int], total: int) -> int:
    """How many each may keep so that all keep `total` together: who has fewer keeps all, the others share the rest."""
    ordered, left = sorted(counts), total
    for position, count in enumerate(ordered):
        share = left // (len(ordered) - position)
        if count > share:
            return share
        left -= count
    return total
