"""Which connections are ended because their client takes nothing."""

import contextlib
import socket
from collections.abc import Iterator

import pytest

from api.metrics import CONNECTIONS_ENDED
from api.server.stalled import (
    LOOK_SECONDS,
    SEND_BUFFER_BYTES,
    WINDOW_SECONDS,
    StalledConnections,
    bound_send_buffers,
)

NOW = 1000.0


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A client with a small window, and its connection at the server: full."""
    with contextlib.ExitStack() as scope:
        listening = scope.enter_context(socket.create_server(("127.0.0.1", 0)))
        client = scope.enter_context(socket.socket())
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(listening.getsockname())
        connection = scope.enter_context(listening.accept()[0])
        connection.setblocking(False)
        fill(connection)
        yield client, connection


def fill(connection: socket.socket) -> None:
    with contextlib.suppress(BlockingIOError):
        while True:
            connection.send(b"x" * 65536)


def is_open(connection: socket.socket) -> bool:
    try:
        connection.getpeername()
        connection.send(b"x")
    except BlockingIOError:
        return True
    except OSError:
        return False
    return True


def test_who_takes_nothing_is_ended(pair):
    _, connection = pair
    watcher, before = StalledConnections(), CONNECTIONS_ENDED._value.get()
    assert watcher.look(NOW) == 0
    assert watcher.look(NOW + WINDOW_SECONDS - 1) == 0
    assert is_open(connection)
    assert watcher.look(NOW + WINDOW_SECONDS) == 1
    assert not is_open(connection)
    assert CONNECTIONS_ENDED._value.get() == before + 1


def test_who_takes_something_is_not(pair):
    client, connection = pair
    watcher = StalledConnections()
    for look in range(30):
        assert watcher.look(NOW + look * LOOK_SECONDS) == 0
        client.recv(4096, socket.MSG_WAITALL)
        fill(connection)
    assert is_open(connection)


def test_who_waits_for_nothing_is_not():
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.create_connection(listening.getsockname()):
        connection, _ = listening.accept()
        watcher = StalledConnections()
        assert [watcher.look(NOW), watcher.look(NOW + 10 * WINDOW_SECONDS)] == [0, 0]
        assert is_open(connection)
        connection.close()


def test_send_buffers_of_what_is_accepted_are_bounded():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        bound_send_buffers()
        with socket.create_connection(listening.getsockname()) as client, listening.accept()[0] as connection:
            assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) == 2 * SEND_BUFFER_BYTES  # with its own
            assert client.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) != 2 * SEND_BUFFER_BYTES
