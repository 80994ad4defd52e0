"""The stack that is measured: what `make run` starts, on sockets and data of its own, with the bench's settings."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from devtools.bench.feed.errors import StackFailed
from devtools.bench.feed.measuring import cpu
from devtools.stack.child import Child, Program

ROOT = Path(__file__).resolve().parent.parent.parent.parent
HOST = "127.0.0.1"
START_SECONDS = 300.0
# What would lead the bench to servers that are not its own.
FOREIGN = (
    "DATABASE_URL",
    "REDIS_URL",
    "FEEDS_REDIS_URL",
    "CELERY_BROKER_URL",
    "EMAIL_URL",
    "SENTRY_DSN",
    "PYSTAGRAM_URL",
)
BEHIND = ("relay", "scheduler", "worker", "worker-bulk", "worker-video")
SETTINGS = "devtools.bench.feed.settings"


def environment(folder: Path, port: int) -> dict[str, str]:
    """Of everything that runs for the bench: nothing of it points outside `folder`."""
    kept = {key: value for key, value in os.environ.items() if key not in FOREIGN and not key.startswith("S3_")}
    return {
        **kept,
        "PYSTAGRAM_VAR": str(folder),
        "PYSTAGRAM_ENV": "development",
        "PYSTAGRAM_URL": f"http://{HOST}:{port}",
        "PYSTAGRAM_RATE_LIMITS": "false",
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "PORT": str(port),
        "PYTHONPATH": str(ROOT),
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class Stack:
    """One run of it; the data in `folder` stay. It ends with this process, however that ends."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.environment = environment(folder, self.port)
        self.child: Child | None = None

    @property
    def address(self) -> tuple[str, int]:
        return HOST, self.port

    def start(self) -> None:
        """Until the API answers. Raises StackFailed."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o711)
        (self.folder / "metrics").mkdir(exist_ok=True)
        command = (sys.executable, "-m", "devtools.stack", "up", "--no-demo")
        log = self.folder / "stack.log"
        log.unlink(missing_ok=True)
        self.child = Child(Program("bench-stack", command, log, self.environment, cwd=ROOT, stop_seconds=60))
        deadline = time.monotonic() + START_SECONDS
        while not (b"pystagram is up" in log.read_bytes() and self.answers()):
            if self.child.exit_code is not None or time.monotonic() > deadline:
                raise StackFailed("\n".join(self.child.tail(20)))
            time.sleep(0.05)

    def stop(self) -> None:
        if self.child is not None:
            self.child.ask_to_stop()
            self.child.wait_for_end()
            self.child = None

    def restart(self) -> None:
        """All of it: web, workers, Redis, PostgreSQL."""
        self.stop()
        self.start()

    def answers(self) -> bool:
        connection = http.client.HTTPConnection(*self.address, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def addresses(self) -> Mapping[str, str]:
        """What it publishes: DATABASE_URL, REDIS_URL, CELERY_BROKER_URL."""
        lines = (self.folder / "stack.env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    @property
    def supervisor(self) -> int:
        """Its process, below the guard that we started; 0 if there is none."""
        processes = cpu.table()
        guard = self.child.guard.pid if self.child else 0
        return next((pid for pid, process in processes.items() if process.parent == guard and guard), 0)

    def pids(self, name: str) -> list[int]:
        """The processes of one program (`api`, `worker`, `valkey`, …), the first one first, its guard left out."""
        processes = cpu.table()
        guard = cpu.programs(processes, self.supervisor).get(name)
        return cpu.subtree(processes, guard)[1:] if guard else []

    def kill(self, name: str, *, child: bool = False) -> None:
        """SIGKILL to a program, or to one of the processes that it has started; the supervisor starts it again."""
        pids = self.pids(name)
        if pids:
            os.kill(pids[-1] if child else pids[0], signal.SIGKILL)

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Nothing works off events meanwhile: what is spent is spent on answers."""
        pids = [pid for name in BEHIND for pid in self.pids(name)]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)


def forget(folder: Path) -> None:
    """Removes the world and all else in the folder."""
    command = [sys.executable, "-m", "devtools.stack", "forget"]
    subprocess.run(command, cwd=ROOT, env=environment(folder, 1), check=True)
