"""When granian, as we run it, gives up after crashes of its processes."""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from granian.server import MPServer

from api.server.__main__ import PAUSE_SECONDS, YOUNG_SECONDS, Server


class Signal:
    """What the server waits on; it says for how long."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)


def process(age: float, *, alive: bool) -> Any:
    return SimpleNamespace(birth=time.monotonic() - age, is_alive=lambda: alive)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    """One that starts no processes, and remembers as granian does which it has started again."""

    def start_again(self: Any, workers: list[int], *_: Any) -> None:
        for index in workers:
            self.respawned_wrks[index] = time.monotonic()
            self.wrks[index] = process(0, alive=True)

    monkeypatch.setattr(MPServer, "_respawn_workers", start_again)
    server = Server("never:loaded", workers=2, interface="rsgi")
    server.main_loop_interrupt = Signal()
    return server


def test_while_another_has_settled_no_crash_is_a_loop(server):
    server.wrks = [process(YOUNG_SECONDS + 1, alive=True), process(1, alive=False)]
    server._respawn_workers([1], None, None)
    assert server.respawned_wrks == {}
    assert server.main_loop_interrupt.waits == [PAUSE_SECONDS], "or it would keep a core busy"


def test_where_none_has_settled_the_next_crash_is_a_loop(server):
    server.wrks = [process(1, alive=True), process(1, alive=False)]
    server._respawn_workers([1], None, None)
    assert set(server.respawned_wrks) == {1}


def test_what_ran_well_is_started_again_at_once(server):
    server.wrks = [process(100, alive=True), process(100, alive=False)]
    server._respawn_workers([1], None, None)
    assert server.main_loop_interrupt.waits == []
