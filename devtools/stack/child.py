"""One program of the stack, run under its guard (see guard.py)."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from devtools.stack.errors import StackError
from devtools.stack.privileges import Account

GUARD = Path(__file__).with_name("guard.py")
TAIL_BYTES = 16 * 1024
STAMP = len("2026-01-01 00:00:00 ")


@dataclass(frozen=True)
class Program:
    """A command, the signal that stops it, and `kill_signal` for when the stack itself has died."""

    name: str
    argv: tuple[str | Path, ...]
    log: Path
    environment: Mapping[str, str]
    cwd: Path = Path("/")
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    kill_signal: signal.Signals = signal.SIGKILL
    stop_seconds: float = 10.0
    remove: Path | None = None

    def spec(self) -> bytes:
        """The guard's input: the program as one line of JSON."""
        return json.dumps(
            {
                "parent": os.getpid(),
                "argv": [str(part) for part in self.argv],
                "cwd": str(self.cwd),
                "log": str(self.log),
                "uid": self.account.uid if self.account else None,
                "gid": self.account.gid if self.account else None,
                "stop_signal": int(self.stop_signal),
                "kill_signal": int(self.kill_signal),
                "stop_seconds": self.stop_seconds,
                "remove": str(self.remove) if self.remove else None,
            }
        ).encode()


class Child:
    """A started program. Its processes inherit the `keep_open` descriptors (the lock of the state folder)."""

    def __init__(self, program: Program, keep_open: tuple[int, ...] = ()) -> None:
        self.program = program
        self.started_at = time.monotonic()
        with program.log.open("ab") as log:
            self.log_start = log.tell()
            self.guard = subprocess.Popen(
                [sys.executable, "-I", "-S", GUARD, program.name],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=dict(program.environment),
                cwd="/",
                pass_fds=keep_open,
                start_new_session=True,
            )
        assert self.guard.stdin is not None
        self.lifeline = self.guard.stdin
        self.lifeline.write(program.spec() + b"\n")
        self.lifeline.flush()

    @property
    def exit_code(self) -> int | None:
        """None while it runs; as in a shell, 128 + the signal that ended it."""
        code = self.guard.poll()
        if code is not None and not self.lifeline.closed:
            self.lifeline.close()
        return code if code is None or code >= 0 else 128 - code

    @property
    def was_killed(self) -> bool:
        """Whether a signal ended it."""
        return (self.exit_code or 0) > 128

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self.started_at

    def ask_to_stop(self) -> None:
        """Sends the stop signal; a second call kills it."""
        if self.exit_code is None:
            self.guard.send_signal(signal.SIGTERM)

    def wait_for_end(self) -> None:
        """Wait until the program and its descendants have ended; the guard enforces a time limit."""
        self.guard.wait()
        self.lifeline.close()

    def tail(self, lines: int = 12) -> list[str]:
        """The last lines that this start has logged, without their time."""
        try:
            with self.program.log.open("rb") as log:
                size = log.seek(0, os.SEEK_END)
                log.seek(max(self.log_start if size >= self.log_start else 0, size - TAIL_BYTES))
                text = log.read().decode(errors="replace")
        except OSError:
            return []
        return [line[STAMP:] if line[:2] == "20" else line for line in text.splitlines()[-lines:]]


def failure(child: Child, what: str) -> StackError:
    """The error for a child that ended too early; the log line that names the cause comes first."""
    tail = child.tail()
    telling = [line for line in tail if "No space left" in line] or [line for line in tail if "FATAL" in line]
    reason = f": {telling[-1].strip()}" if telling else f" (exit {child.exit_code})"
    return StackError(f"{what}{reason}", tail)


def stop_together(children: list[Child]) -> None:
    """Ask all of them to stop, then wait for all."""
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.wait_for_end()
