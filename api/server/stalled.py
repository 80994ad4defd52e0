"""Ends connections whose client does not take what it asked for.

granian waits for such a client for ever, and keeps up to some hundred kilobytes for it. Linux tells of each connection
how many bytes wait to be taken (TIOCOUTQ) and how many have been (TCP_INFO); this looks at all of a process's.
"""

import contextlib
import fcntl
import resource
import socket
import struct
import termios
import threading
import time
from collections.abc import Iterator
from typing import NamedTuple

from api.metrics import CONNECTIONS_ENDED
from api.server.sockets import accepted, is_tcp, peer_of, sockets, traffic_of

LOOK_SECONDS = 5.0
# What Linux keeps of an answer for one client. Left to itself that grows to `tcp_wmem` (4 MB), and a thousand slow
# readers of large files take all that the machine has for TCP (`tcp_mem`): then nobody's connection works. 2.6 MB/s at
# 100 ms to the client; through a proxy nearby there is no such bound.
SEND_BUFFER_BYTES = 256 * 1024
LISTENING_AFTER_SECONDS = 1.0  # each process of granian opens a listener of its own when the application is loaded
# A client must take so much in so many seconds. (nginx's `send_timeout` ends one that takes nothing for 60 s.)
MIN_BYTES, WINDOW_SECONDS = 8 * 1024, 60.0
# More of them than this in one process, and the window is short: each costs up to 300 kB.
MANY, WINDOW_SECONDS_WHEN_MANY = 256, 10.0


class Progress(NamedTuple):
    """How much of what it was sent a client had taken, and when (monotonic seconds)."""

    taken: int
    at: float


class StalledConnections:
    """Watches the accepted connections of this process."""

    def __init__(self) -> None:
        self.seen: dict[int, Progress] = {}  # by the socket's inode

    def start(self) -> None:
        threading.Thread(target=self._watch, name="stalled-connections", daemon=True).start()

    def _watch(self) -> None:
        time.sleep(LISTENING_AFTER_SECONDS)
        bound_send_buffers()
        while True:
            time.sleep(LOOK_SECONDS)
            self.look(time.monotonic())

    def look(self, now: float) -> int:
        """Ends what has stalled for too long; how many that were."""
        waiting = [(inode, one, traffic_of(one).taken) for inode, one in _with_bytes_to_take()]
        window = WINDOW_SECONDS_WHEN_MANY if len(waiting) > MANY else WINDOW_SECONDS
        before, self.seen = self.seen, {}
        ended = 0
        for inode, connection, taken in waiting:
            with connection:
                first = before.get(inode, Progress(taken, now))
                if taken - first.taken >= MIN_BYTES:
                    first = Progress(taken, now)
                elif now - first.at >= window:
                    with contextlib.suppress(OSError):
                        connection.shutdown(socket.SHUT_RDWR)
                    CONNECTIONS_ENDED.inc()
                    ended += 1
                self.seen[inode] = first
        return ended


def bound_send_buffers() -> None:
    """Bounds the send buffers of what this process accepts from now on: connections inherit that of their listener."""
    for _, one in sockets():
        with one, contextlib.suppress(OSError):
            if is_tcp(one) and not peer_of(one):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)


def _with_bytes_to_take() -> Iterator[tuple[int, socket.socket]]:
    """The accepted connections that have bytes for their client, each as a descriptor of its own, with its inode."""
    for inode, one in accepted():
        if _bytes_to_take(one):
            yield inode, one
        else:
            one.close()


def _bytes_to_take(connection: socket.socket) -> int:
    with contextlib.suppress(OSError):
        return int(struct.unpack("i", fcntl.ioctl(connection, termios.TIOCOUTQ, b"\0" * 4))[0])
    return 0


def allow_many_descriptors() -> None:
    """Raises this process's limit on open files to what it is allowed: a connection and its file are two of them."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
