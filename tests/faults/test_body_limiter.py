"""Slow uploads leave threads for those who read."""

import contextlib
import select
import socket
from collections.abc import Iterator

import pytest

from tests.support.stack_run import StackRun, eventually

pytestmark = pytest.mark.slow
MORE_THAN_ALL_THREADS = 60


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackRun]:
    """The whole stack, running, without rate limits."""
    run = StackRun(tmp_path_factory.mktemp("stack") / "var", "--no-demo")
    run.variables["PYSTAGRAM_RATE_LIMITS"] = "false"
    run.start()
    yield run
    run.clear()


def stalled_upload(port: int) -> socket.socket:
    """A client that promises a body and sends one byte of it."""
    client = socket.create_connection(("127.0.0.1", port), timeout=3)
    client.sendall(
        b"POST /v1/auth/token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Content-Length: 1000\r\n\r\n{"
    )
    return client


def test_stalled_uploads_do_not_keep_others_from_reading(stack: StackRun) -> None:
    with contextlib.ExitStack() as scope:
        stalled = [scope.enter_context(stalled_upload(stack.port)) for _ in range(MORE_THAN_ALL_THREADS)]
        assert eventually(stack.answers)  # once each of the burst has had its moment of patience
        assert all(stack.answers() for _ in range(20))
        answered = select.select(stalled, [], [], 10)[0]
        assert 0 < len(answered) < len(stalled)
        refused = answered[0].recv(65536)
    assert refused.startswith(b"HTTP/1.1 503 ")
    assert b"retry-after: 2" in refused.lower()
    assert b"access-control-allow-origin: *" in refused.lower()
    assert b'"code": "busy"' in refused


def test_places_are_free_again_when_the_slow_ones_have_gone(stack: StackRun) -> None:
    for _ in range(MORE_THAN_ALL_THREADS):
        stalled_upload(stack.port).close()
    with stalled_upload(stack.port) as client:
        client.sendall(b" " * 999)
        assert client.recv(65536).startswith(b"HTTP/1.1 400 ")
