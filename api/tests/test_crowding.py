"""Which connections are ended so that others can be made."""

import contextlib
import socket
from collections.abc import Callable, Iterator

import pytest

from api.server import crowding
from api.server.crowding import fair_share, make_room
from api.server.sockets import accepted, traffic_of

Clients = Callable[[str, int], list[socket.socket]]
ALICE, BOB = "127.0.0.2", "127.0.0.3"


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clients]:
    """Makes accepted connections from an address; those at the clients' end, in order."""
    monkeypatch.setattr(crowding, "ACTIVE_SECONDS", 0.0)  # so that the test need not wait for as long as that
    with contextlib.ExitStack() as scope:
        listening = scope.enter_context(socket.create_server(("127.0.0.1", 0)))
        here = listening.getsockname()

        def of_this_test() -> Iterator[tuple[int, socket.socket]]:
            for inode, one in accepted():
                if one.getsockname() == here:
                    yield inode, one
                else:
                    one.close()

        # reason: other tests may have left servers in this process
        monkeypatch.setattr(crowding, "accepted", of_this_test)

        def connect(address: str, count: int) -> list[socket.socket]:
            made = []
            for _ in range(count):
                client = socket.create_connection(here, source_address=(address, 0))
                made.append(scope.enter_context(client))
                scope.enter_context(listening.accept()[0])
            return made

        yield connect


def open_ones(some: list[socket.socket]) -> list[socket.socket]:
    return [one for one in some if not is_ended(one)]


def is_ended(client: socket.socket) -> bool:
    client.setblocking(False)
    try:
        return client.recv(1) == b""
    except BlockingIOError:
        return False


def test_none_is_ended_while_there_is_room(clients):
    alices = clients(ALICE, 5)
    assert make_room(5) == 0
    assert open_ones(alices) == alices


def test_who_holds_more_than_a_share_loses_the_rest(clients):
    bobs, alices = clients(BOB, 2), clients(ALICE, 8)
    assert make_room(6) == 4
    assert open_ones(bobs) == bobs
    assert len(open_ones(alices)) == 4


def test_a_crowd_of_many_addresses_loses_no_more_than_is_too_much(clients):
    crowd = [clients(f"127.0.1.{number}", 1)[0] for number in range(1, 9)]
    assert make_room(6) == 2
    assert len(open_ones(crowd)) == 6


def test_who_was_just_sent_something_keeps_it(clients, monkeypatch):
    monkeypatch.setattr(crowding, "ACTIVE_SECONDS", 60.0)  # so that a slow machine does not matter
    alices = clients(ALICE, 4)
    assert make_room(1) == 0
    assert open_ones(alices) == alices


def test_traffic_counts_from_the_last_byte(clients):
    clients(ALICE, 1)[0].sendall(b"GET")
    with contextlib.ExitStack() as scope:
        (connection,) = [scope.enter_context(one) for _, one in crowding.accepted()]
        traffic = traffic_of(connection)
    assert traffic.taken == 0
    assert traffic.since_received <= traffic.since_sent


@pytest.mark.parametrize(
    ("counts", "total", "share"),
    [
        ([], 10, 10),
        ([3, 4], 10, 10),
        ([20], 10, 10),
        ([2, 20], 10, 8),
        ([20, 2, 30], 10, 4),
        ([5, 5, 5], 10, 3),
        ([1] * 20, 10, 0),
    ],
)
def test_a_share_is_what_the_modest_leave(counts, total, share):
    assert fair_share(counts, total) == share
