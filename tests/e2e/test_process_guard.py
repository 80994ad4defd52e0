"""The guard between the stack and each program: nothing the program started outlives it."""

import os
import signal
from pathlib import Path

from devtools.stack.child import Child, Program
from tests.support.stack_run import eventually


def started(tmp_path: Path, script: str, **options: object) -> Child:
    """A shell script under its guard, with its log in `tmp_path`."""
    environment = {"PATH": os.environ["PATH"]}
    return Child(Program("script", ("/bin/sh", "-c", script), tmp_path / "log", environment, **options))  # type: ignore[arg-type]


def logged_number(child: Child) -> int:
    """The process number that the script has written."""
    assert eventually(lambda: child.tail())
    return int(child.tail()[-1])


def test_a_process_that_left_the_group_ends_with_the_program(tmp_path):
    child = started(tmp_path, "setsid sh -c 'echo $$; exec sleep 1000' & sleep 1000")
    stray = logged_number(child)
    child.ask_to_stop()
    child.wait_for_end()
    assert child.exit_code == 128 + signal.SIGTERM
    assert not Path(f"/proc/{stray}").exists()


def test_a_program_that_will_not_stop_is_ended_by_force(tmp_path):
    child = started(tmp_path, "trap '' TERM; echo $$; while :; do sleep 0.05; done", stop_seconds=0.3)
    stubborn = logged_number(child)
    child.ask_to_stop()
    child.wait_for_end()
    assert child.exit_code == 128 + signal.SIGKILL
    assert not Path(f"/proc/{stubborn}").exists()


def test_asking_twice_ends_it_at_once(tmp_path):
    child = started(tmp_path, "trap '' TERM; echo $$; while :; do sleep 0.05; done", stop_seconds=1000)
    logged_number(child)
    child.ask_to_stop()
    assert not eventually(lambda: child.exit_code is not None, 0.3)
    child.ask_to_stop()
    child.wait_for_end()
    assert child.exit_code == 128 + signal.SIGKILL


def test_the_end_of_the_lifeline_is_the_end_of_the_program(tmp_path):
    child = started(tmp_path, "echo $$; exec sleep 1000")
    program = logged_number(child)
    child.lifeline.close()
    assert eventually(lambda: not Path(f"/proc/{program}").exists(), 5)
    child.guard.wait()


def test_a_killed_guard_takes_the_program_with_it(tmp_path):
    child = started(tmp_path, "echo $$; exec sleep 1000")
    program = logged_number(child)
    child.guard.kill()
    child.wait_for_end()
    assert eventually(lambda: not Path(f"/proc/{program}").exists(), 5)


def test_the_exit_code_and_the_last_words_come_through(tmp_path):
    child = started(tmp_path, "echo first; printf 'no line end' >&2; exit 7")
    child.wait_for_end()
    assert child.exit_code == 7
    assert child.tail() == ["first", "no line end"]
