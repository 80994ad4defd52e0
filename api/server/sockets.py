"""The TCP connections that this process has accepted, as Linux knows them: granian tells nothing of them."""

import contextlib
import os
import socket
import struct
from collections.abc import Iterator
from typing import NamedTuple

_LAST_DATA_SENT_AT, _LAST_DATA_RECEIVED_AT = 44, 52  # in `struct tcp_info` of linux/tcp.h, in milliseconds
_BYTES_ACKED_AT = 120  # since Linux 4.2
_INFO_BYTES = _BYTES_ACKED_AT + 8


class Traffic(NamedTuple):
    """Bytes that the client has taken; seconds since something was sent to it, and since something came from it."""

    taken: int
    since_sent: float
    since_received: float


def sockets() -> Iterator[tuple[int, socket.socket]]:
    """All sockets of this process, each as a descriptor of its own (to be closed), with its inode."""
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):  # closed meanwhile
            link = os.readlink(f"/proc/self/fd/{name}")
            if link.startswith("socket:["):
                yield int(link[8:-1]), socket.socket(fileno=os.dup(int(name)))


def accepted() -> Iterator[tuple[int, socket.socket]]:
    """The accepted connections, each as a descriptor of its own (to be closed), with its inode."""
    listening, others = set[int](), list[tuple[int, socket.socket]]()
    for inode, one in sockets():
        if not is_tcp(one):
            one.close()
        elif one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            listening.add(one.getsockname()[1])
            one.close()
        else:
            others.append((inode, one))
    for inode, one in others:
        if one.getsockname()[1] in listening:
            yield inode, one
        else:
            one.close()


def is_tcp(one: socket.socket) -> bool:
    return one.family in (socket.AF_INET, socket.AF_INET6) and one.type == socket.SOCK_STREAM


def peer_of(one: socket.socket) -> str:
    """The address at the other end; empty if there is none."""
    try:
        return str(one.getpeername()[0])
    except OSError:
        return ""


def traffic_of(connection: socket.socket) -> Traffic:
    """What Linux counted of it."""
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO_BYTES)
    if len(info) < _INFO_BYTES:
        return Traffic(0, 0.0, 0.0)
    sent, received = (struct.unpack_from("I", info, at)[0] for at in (_LAST_DATA_SENT_AT, _LAST_DATA_RECEIVED_AT))
    return Traffic(struct.unpack_from("Q", info, _BYTES_ACKED_AT)[0], sent / 1000, received / 1000)
