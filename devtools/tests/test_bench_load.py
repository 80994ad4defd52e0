"""The load generator, against a server that answers late, in pieces, or not at all."""

import socketserver
import threading
import time
from collections.abc import Iterator

import pytest

from devtools.bench.feed.load.arrivals import poisson
from devtools.bench.feed.load.http import Address, Call, call
from devtools.bench.feed.load.loop import BROKEN, Exchange, run_closed, run_open

STALL = 0.3


class Handler(socketserver.StreamRequestHandler):
    """`/slow` takes a while, `/together` until three ask at once, `/close` hangs up, others are answered so."""

    def handle(self) -> None:
        while line := self.rfile.readline():
            path = line.split()[1]
            length = 0
            while (header := self.rfile.readline()) not in (b"\r\n", b""):
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
            body = self.rfile.read(length)
            if path == b"/close":
                return
            if path == b"/slow":
                time.sleep(STALL)
            if path == b"/together":
                self.server.three.wait(10)
            self.wfile.write(self.answer(path, body))

    def answer(self, path: bytes, body: bytes) -> bytes:
        if path == b"/chunks":
            return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        if path == b"/nothing":
            return b"HTTP/1.1 204 No Content\r\n\r\n"
        shown = body or path
        return b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(shown), shown)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    three = threading.Barrier(3)


@pytest.fixture
def address() -> Iterator[Address]:
    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield ("127.0.0.1", server.server_address[1])
        server.shutdown()
        thread.join()


def get(path: str) -> Call:
    return call("GET", path, "token", keep_body=True)


def test_a_closed_loop_sends_each_call_once(address):
    done = run_closed(address, iter([get("/a"), get("/b"), get("/c")]), connections=1, seconds=30)
    assert [(one.status, one.body) for one in done] == [(200, b"/a"), (200, b"/b"), (200, b"/c")]


def test_bodies_come_in_every_form(address):
    calls = [get("/chunks"), get("/nothing"), call("POST", "/x", "", {"a": 1}, keep_body=True)]
    done = run_closed(address, iter(calls), connections=1, seconds=30)
    assert [one.status for one in done] == [200, 204, 200]
    assert b"hello" in done[0].body
    assert done[2].body == b'{"a": 1}'


def test_a_connection_that_was_closed_is_a_failure_of_one_call(address):
    done = run_closed(address, iter([get("/close"), get("/a")]), connections=1, seconds=30)
    assert [one.status for one in done] == [BROKEN, 200]


def test_nobody_there_is_a_failure_not_an_error():
    done = run_closed(("127.0.0.1", 1), iter([get("/a")]), connections=1, seconds=30)
    assert [one.status for one in done] == [BROKEN]


def test_an_open_loop_counts_the_wait_for_a_slow_one(address):
    """No coordinated omission: calls that were due while the only connection was stalled have waited, too."""
    done: list[Exchange] = []
    arrivals = [(0.0, get("/slow")), (0.01, get("/a")), (0.02, get("/b"))]
    run_open(address, iter(arrivals), limit=1, note=done.append, seconds=30)
    assert [one.status for one in done] == [200, 200, 200]
    assert all(one.latency >= STALL - 0.03 for one in done)
    assert all(one.ended - one.started < one.latency for one in done[1:])


def test_an_open_loop_opens_connections_up_to_its_limit(address):
    """Three calls of which none is answered before all have arrived."""
    done: list[Exchange] = []
    run_open(address, iter([(0.0, get("/together"))] * 3), limit=3, note=done.append, seconds=30)
    assert [one.status for one in done] == [200] * 3


def test_arrivals_keep_their_rates_and_repeat_by_their_seed():
    a, b = get("/a"), get("/b")

    def first(count: int, seed: int) -> list[tuple[float, Call]]:
        arrivals = poisson({lambda: a: 300.0, lambda: b: 100.0}, seed)
        return [next(arrivals) for _ in range(count)]

    found = first(4000, 1)
    assert found[-1][0] == pytest.approx(10, rel=0.1)
    assert sum(one is a for _, one in found) == pytest.approx(3000, rel=0.1)
    assert found == first(4000, 1) != first(4000, 2)
