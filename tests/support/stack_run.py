"""Start the whole stack as a person would, look at its processes from outside, and hurt them."""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

from devtools.stack.guard import PR_SET_PDEATHSIG, prctl

ROOT = Path(__file__).resolve().parents[2]
REPLACED = ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "PYSTAGRAM_ENV", "PYSTAGRAM_URL")


def free_port() -> int:
    """One that nobody has, and that no outgoing connection gets: tests have thousands of those at a time."""
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = 10_000 + secrets.randbelow(first - 10_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def eventually(condition: Callable[[], object], seconds: float = 30) -> bool:
    """Whether the condition comes true within so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def end_with_the_tests() -> None:
    """A killed test run takes the stack that it started with it."""
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class StackRun:
    """One `python -m devtools.stack up` with a state folder of its own."""

    def __init__(self, state: Path, *options: str, python: str | Path = sys.executable) -> None:
        self.state, self.options, self.python = state, options, python
        self.port = free_port()
        self.variables = {"PYSTAGRAM_VAR": str(state), "PORT": str(self.port), "PYSTAGRAM_DEMO": "false"}
        self.variables["PYSTAGRAM_NEW_ACCOUNT_PERCENT"] = "0"  # whoever is in a test is new
        self.output = state.parent / "output"
        self.process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if key not in REPLACED}
        return {**kept, **self.variables}

    def call(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run `python -m devtools.stack ...` to its end."""
        command = [self.python, "-m", "devtools.stack", *arguments]
        variables = {**self.environment(), **environment}
        return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=60, check=False)

    def start(self, sign: str = "pystagram is up") -> float:
        """Start in the background; the seconds until it says that it is up."""
        began = time.monotonic()
        ended = self.launch().poll
        assert eventually(lambda: sign in self.said() or ended() is not None, 120), self.said()
        assert sign in self.said(), self.said()
        return time.monotonic() - began

    def launch(self) -> "subprocess.Popen[bytes]":
        """Start in the background, without waiting for anything."""
        command = [self.python, "-m", "devtools.stack", "up", *self.options]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment(),
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=end_with_the_tests,
            )
        return self.process

    def said(self) -> str:
        return self.output.read_text()

    def end(self, number: signal.Signals) -> int:
        """Send the supervisor a signal and wait for it to go; its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(timeout=60)

    def clear(self) -> None:
        """Leave nothing behind, whatever a failed test has left."""
        if self.process is not None and self.process.poll() is None:
            self.end(signal.SIGKILL)
        eventually(lambda: not self.processes(), 30)
        answer = self.call("forget")
        assert answer.returncode == 0, answer.stderr
        shutil.rmtree(self.state, ignore_errors=True)

    def address(self, name: str) -> str:
        """What the running stack publishes for commands in other terminals."""
        lines = (self.state / "stack.env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)[name]

    def answers(self) -> bool:
        """Whether the API says that it is alive."""
        with contextlib.suppress(OSError), urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=3) as answer:
            return bool(answer.status == 200)
        return False

    def front_page(self) -> str:
        with urlopen(f"http://127.0.0.1:{self.port}/", timeout=10) as answer:
            return str(answer.read().decode())

    # -- processes as the kernel sees them -----------------------------------------------------------

    def processes(self) -> dict[int, str]:
        """Every process that has to do with this state folder, found by what it holds or is called."""
        marks = {str(self.state), str((self.state / "servers").resolve())}
        found = {int(entry.name): traces(entry) for entry in Path("/proc").glob("[0-9]*")}
        return {pid: text for pid, text in found.items() if any(mark in text for mark in marks)}

    def guard(self, name: str) -> int:
        """The guard of a program of the stack; 0 when there is none at this moment."""
        supervisor = self.process.pid if self.process else 0
        for pid in children(supervisor):
            if command_line(pid).endswith(f"guard.py {name}"):
                return pid
        return 0

    def program(self, name: str) -> int:
        """The program itself; 0 when there is none at this moment."""
        return next(iter(children(self.guard(name))), 0)


def open_files(pid: int) -> list[str]:
    """What the descriptors of a process lead to."""
    found = []
    for link in Path(f"/proc/{pid}/fd").glob("*"):
        with contextlib.suppress(OSError):
            found.append(os.readlink(link))
    return found


def traces(entry: Path) -> str:
    """The command line, working folder and open files of a process; empty for a dead one."""
    words = []
    with contextlib.suppress(OSError):
        words.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        words.append(os.readlink(entry / "cwd"))
        words += [os.readlink(link) for link in (entry / "fd").iterdir()]
    return " ".join(words)


def command_line(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    return ""


def children(parent: int) -> list[int]:
    """The live children of a process."""
    found = []
    for entry in Path("/proc").glob("[0-9]*") if parent else ():
        with contextlib.suppress(OSError):
            state, number = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            if int(number) == parent and state != "Z":
                found.append(int(entry.name))
    return found
