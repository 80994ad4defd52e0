"""CPU time of the stack's programs, each with all it has started, from /proc."""

import contextlib
import os
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

TICKS = os.sysconf("SC_CLK_TCK")
WEB, WORKER, REDIS, POSTGRES = "web", "worker", "redis", "postgres"
KINDS = (WEB, WORKER, REDIS, POSTGRES)
SERVING = (WEB, REDIS, POSTGRES)
# The guard's name of a program (see the stack's processes) → what its time is counted under.
KIND_OF = {"api": WEB, "valkey": REDIS, "postgres": POSTGRES}
Times = dict[str, float]


class Process(NamedTuple):
    """`seconds` of CPU, with those of the children that it has waited for."""

    parent: int
    seconds: float


def table() -> dict[int, Process]:
    """Every process of the machine."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                found[int(entry.name)] = parse((entry / "stat").read_text())
    return found


def parse(stat: str) -> Process:
    """One line of /proc/PID/stat; the command's name, in parentheses, may hold anything."""
    fields = stat.rpartition(")")[2].split()
    return Process(int(fields[1]), sum(map(int, fields[11:15])) / TICKS)


def subtree(processes: dict[int, Process], root: int) -> list[int]:
    """The process and all below it."""
    children = defaultdict(list)
    for pid, process in processes.items():
        children[process.parent].append(pid)
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        if pid in processes:
            found.append(pid)
            todo += children[pid]
    return found


def programs(processes: dict[int, Process], supervisor: int) -> dict[str, int]:
    """The guard's process of each program of the stack, by the program's name."""
    found = {}
    for pid, process in processes.items():
        if process.parent == supervisor:
            words = command_line(pid)
            if len(words) > 1 and words[-2].endswith("guard.py"):
                found[words[-1]] = pid
    return found


def command_line(pid: int) -> list[str]:
    """Empty for a dead process."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
    return []


def spent(supervisor: int) -> Times:
    """Seconds of CPU so far of web, worker (with relay and scheduler), Redis and PostgreSQL."""
    processes = table()
    times = dict.fromkeys(KINDS, 0.0)
    for name, guard in programs(processes, supervisor).items():
        kind = KIND_OF.get(name, WORKER)
        times[kind] += sum(processes[pid].seconds for pid in subtree(processes, guard))
    return times


def between(before: Times, after: Times) -> Times:
    """What was spent in between, never below 0 (a killed program takes its count with it)."""
    return {kind: max(0.0, after[kind] - before[kind]) for kind in before}


class Meter:
    """Adds up what is spent while programs are killed: look often, for what a dead one had spent last is not seen."""

    def __init__(self, look: Callable[[], Times], seconds: float = 2.0) -> None:
        self.look, self.seconds = look, seconds
        self.last, self.at = look(), time.monotonic()
        self.total = dict.fromkeys(self.last, 0.0)

    def pass_time(self) -> None:
        """Looks, if it is time to."""
        if time.monotonic() - self.at >= self.seconds:
            self.add()

    def add(self) -> Times:
        """The sum so far."""
        now = self.look()
        for kind, spent in between(self.last, now).items():
            self.total[kind] += spent
        self.last, self.at = now, time.monotonic()
        return self.total


class Machine(NamedTuple):
    """Seconds since boot, of all cores together: at work for this machine, and taken away by its host."""

    busy: float
    stolen: float


def machine() -> Machine:
    """From the first line of /proc/stat."""
    fields = [int(word) / TICKS for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    user, nice, system, _idle, _waiting, hard, soft, stolen = fields[:8]
    return Machine(user + nice + system + hard + soft, stolen)
