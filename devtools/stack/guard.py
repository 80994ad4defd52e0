"""Supervises one program, so that it cannot outlive the parent process.

Run as a file (`python -I -S guard.py NAME`), one guard per program. Standard input is a pipe from the parent:
its first line is the program as JSON, and its end means that the parent is gone, however it died. The guard adopts
whatever the program leaves behind (pool children, server back ends) and ends it too, so nothing survives;
a throw-away server's folder (`remove`) goes with a parent that could not clear it away itself.

SIGTERM asks the program to stop; a second one, or `stop_seconds`, ends it by force. The exit code is the
program's own, or 128 + the signal that ended it.
"""

import contextlib
import ctypes
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
LINUX = sys.platform == "linux"
LIFELINE = 0
LOST_PARENT_SECONDS = 5.0
LOG_LIMIT = 8 * 1024 * 1024

LIBC = ctypes.CDLL(None) if LINUX else None


def prctl(option: int, value: int) -> None:
    """Set a process attribute; does nothing where there is no prctl."""
    if LIBC is not None:
        LIBC.prctl(option, value, 0, 0, 0)


def children() -> list[int]:
    """Direct children of this process, adopted ones included; empty where there is no /proc."""
    pids = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text(errors="replace").rpartition(")")[2].split()[1])
        except (OSError, IndexError, ValueError):
            continue
        if parent == os.getpid():
            pids.append(int(entry.name))
    return pids


def end_children(spare: frozenset[int] = frozenset()) -> None:
    """Kill and wait for every child but those in `spared`; orphans that come to us are killed next."""
    while pids := [pid for pid in children() if pid not in spare]:
        for pid in pids:
            send(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


def send(pid: int, number: int, group: bool = False) -> None:
    """Signal a process or its group; one that is gone already is no error."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        (os.killpg if group else os.kill)(pid, number)


class Log:
    """The program's output, every line with its time, in a file that is rotated at `LOG_LIMIT` bytes."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.rest = b""

    def feed(self, data: bytes) -> None:
        lines = (self.rest + data).split(b"\n")
        self.rest = lines.pop()
        self.write(lines)

    def close(self) -> None:
        if self.rest:
            self.write([self.rest])

    def write(self, lines: list[bytes]) -> None:
        stamp = time.strftime("%Y-%m-%d %H:%M:%S ").encode()
        try:  # a full disk costs log lines, never the program
            with open(self.path, "ab") as file:
                file.write(b"".join(stamp + line + b"\n" for line in lines))
                full = file.tell() > LOG_LIMIT
            if full:
                os.replace(self.path, self.path + ".1")
        except OSError:
            pass


class Guard:
    """One program from its start to the end of the last process it left behind."""

    def __init__(self, spec: dict[str, Any], requests: list[int], wakeup: int) -> None:
        self.spec = spec
        self.wakeup = wakeup
        self.pid = os.getpid()
        self.requests = requests
        self.handled = 0
        self.lost = False
        self.status: int | None = None
        self.deadline: float | None = None
        self.log = Log(spec["log"])
        self.output, write_end = os.pipe()
        os.set_blocking(self.output, False)
        self.process = subprocess.Popen(
            spec["argv"],
            cwd=spec["cwd"],
            stdin=subprocess.DEVNULL,
            stdout=write_end,
            stderr=write_end,
            start_new_session=True,
            preexec_fn=self.prepare_child,
        )
        os.close(write_end)

    def prepare_child(self) -> None:
        """Drop root first: a change of user clears the death signal."""
        if self.spec["uid"] is not None:
            os.setgroups([])
            os.setgid(self.spec["gid"])
            os.setuid(self.spec["uid"])
        prctl(PR_SET_PDEATHSIG, self.spec["kill_signal"])
        if os.getppid() != self.pid:  # the guard died before the line above
            os._exit(1)

    def run(self) -> int:
        while self.status is None:
            self.listen()
            self.obey()
            self.reap()
        self.end_leftovers()
        self.pump()
        self.log.close()
        return self.status if self.status >= 0 else 128 - self.status

    def listen(self) -> None:
        sources = [self.output, self.wakeup] if self.lost else [LIFELINE, self.output, self.wakeup]
        ready = select.select(sources, [], [], 0.5 if self.deadline else 1.0)[0]
        if self.wakeup in ready:
            os.read(self.wakeup, 4096)
        if self.output in ready:
            self.pump()
        ended = LIFELINE in ready and not os.read(LIFELINE, 4096)
        # The parent's process id is checked as well: a leaked copy of the pipe's other end would keep it open.
        if not self.lost and (ended or os.getppid() != self.spec["parent"]):
            self.lost = True
            self.end(self.spec["kill_signal"], LOST_PARENT_SECONDS)

    def obey(self) -> None:
        """Sends the signals for requests to stop, and SIGKILL when stopping takes too long."""
        requests = len(self.requests)
        if requests > self.handled:
            self.handled = requests
            first = requests == 1 and self.deadline is None
            self.end(self.spec["stop_signal"] if first else signal.SIGKILL, self.spec["stop_seconds"])
        if self.deadline is not None and time.monotonic() > self.deadline:
            self.end(signal.SIGKILL, LOST_PARENT_SECONDS)

    def end(self, number: int, seconds: float) -> None:
        self.deadline = time.monotonic() + seconds
        send(self.process.pid, number)

    def pump(self) -> None:
        try:
            while data := os.read(self.output, 65536):
                self.log.feed(data)
        except BlockingIOError:
            pass

    def reap(self) -> None:
        """Wait for every child that has ended, adopted ones included."""
        while self.status is None:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            if pid == self.process.pid:
                self.status = os.waitstatus_to_exitcode(status)

    def end_leftovers(self) -> None:
        """The program has ended: kill what it started."""
        send(self.process.pid, signal.SIGKILL, group=True)
        end_children()


def read_spec() -> dict[str, Any]:
    """The first line of standard input, and no byte beyond it."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(LIFELINE, 65536)
        if not byte:
            raise SystemExit(1)
        line += byte
    spec: dict[str, Any] = json.loads(line)
    return spec


def main() -> int:
    requests: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        requests.append(number)

    wakeup, write_end = os.pipe()
    os.set_blocking(write_end, False)
    signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
    signal.signal(signal.SIGTERM, note)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    spec = read_spec()
    if requests:
        return 0
    guard = Guard(spec, requests, wakeup)
    code = guard.run()
    if guard.lost and spec["remove"]:
        shutil.rmtree(spec["remove"], ignore_errors=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
