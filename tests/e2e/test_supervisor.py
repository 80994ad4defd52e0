"""When the supervisor gives a service up, without a stack."""

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from devtools.stack import service, supervisor
from devtools.stack.child import Program
from devtools.stack.errors import StackError, Stopped
from devtools.stack.service import Service
from devtools.stack.supervisor import MAX_STARTS, Supervisor

PATIENCE_SECONDS = 60.0  # where a test fails; none takes so long


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    """One that starts again at once (instead of within 15 s), and is stopped if it would go on for ever."""
    monkeypatch.setattr(service, "FIRST_DELAY", 0.0)
    monkeypatch.setattr(supervisor, "TICK", 0.01)
    # Whatever else is a child of this process, the servers of these tests, is no orphan of a service.
    monkeypatch.setattr(Supervisor, "end_orphans", lambda self: None)
    stack = Supervisor()
    stack.lock = os.open(tmp_path / "lock", os.O_CREAT | os.O_RDWR)
    timer = threading.Timer(PATIENCE_SECONDS, lambda: stack.note_signal(0, None))
    timer.start()
    yield stack
    timer.cancel()
    stack.stop_together([service.child for service in stack.services if service.child is not None])
    os.close(stack.lock)


def ending(tmp_path: Path) -> Service:
    """A service whose program ends at once, and that is never ready."""
    program = Program("ending", (shutil.which("false") or "false",), tmp_path / "log", dict(os.environ))
    return Service("ending", lambda: program, lambda: False)


def test_what_ends_at_once_is_given_up(stack, tmp_path):
    bad = ending(tmp_path)
    bad.delay = 0.0
    with pytest.raises(StackError, match=r"ending did not start \(exit 1\)"):
        stack.start_group([bad])
    assert bad.ends_count == MAX_STARTS


def test_what_ran_well_for_a_while_is_never_given_up(stack, tmp_path, monkeypatch):
    monkeypatch.setattr(service, "SETTLED_SECONDS", 0.0)  # so every run counts as a good one
    good = ending(tmp_path)
    make = good.make

    def make_until_that_is_enough() -> Program:
        if good.ends_count > MAX_STARTS:
            stack.note_signal(0, None)
        return make()

    good.make = make_until_that_is_enough
    with pytest.raises(Stopped):
        stack.start_group([good])
    assert good.ends_count > MAX_STARTS
    assert good.bad_starts == 0
