"""Confinement of the processes that decode users' files.

Decoders read untrusted files, so they run in a process that has no secrets, bounded memory and time, and (where
the kernel allows it, which needs no privilege) no network, no files and no other program. `confine` is for the child
itself, `run` for the process that starts it. No Django here: the child loads this file.

How a child ends is either a verdict on the file (`TookTooLong`, `Crashed`, what it answered) or an accident of the
machine (`Interrupted`), which says nothing about the file. So time is bounded as CPU time; wall time is only a lease.
Where memory ends decoders break in any way, or call the file damaged: none of it counts while the machine cannot give
what a child may have.
"""

import contextlib
import ctypes
import errno
import mmap
import os
import platform
import resource
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 30
WALL_SECONDS = 600  # 20 times the CPU time: nothing but a host that is far too busy takes so long
TICK_SECONDS = 5.0
OUTPUT_BYTES = 64 * 1024 * 1024
NICENESS = 5  # about a third of the processor beside whoever answers people, where there is not enough
OOM_SCORE = 500  # of 1000: where memory is short, a decoder goes before the process that answers people
MIN_FREE_BYTES = 1024 * 1024
_PIECE_BYTES = 64 * 1024 * 1024  # Linux refuses, of a single piece, what exceeds all memory and swap
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EIO}
# How a child ends that was stopped from outside: by an operator, a supervisor, or the kernel when memory is short.
_STOPPED = {-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP}

# System calls by machine. Sockets (also by io_uring), other programs, other processes, and files that are not open yet.
_NETWORK = {"x86_64": (41, 42, 43, 49, 53, 288, 425), "aarch64": (198, 199, 200, 202, 203, 242, 425)}
_PROCESSES = {
    "x86_64": (57, 58, 59, 62, 101, 129, 200, 234, 297, 310, 311, 322, 424, 434, 438),
    "aarch64": (117, 129, 130, 131, 138, 221, 240, 270, 271, 281, 424, 434, 438),
}
_FILES = {
    "x86_64": (2, 82, 83, 84, 85, 86, 87, 88, 90, 257, 258, 263, 264, 265, 266, 316, 437),
    "aarch64": (34, 35, 36, 37, 38, 56, 276, 437),
}
_EXEC = {"x86_64": 59, "aarch64": 221}
_OPEN = {"x86_64": (2, 257), "aarch64": (56,)}
_LIMITS = {"x86_64": 302, "aarch64": 261}  # prlimit64
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32_CALLS = 0x40000000
_CLONE, _CLONE3, _CLONE_THREAD = {"x86_64": 56, "aarch64": 220}, 435, 0x00010000
_DENY, _ABSENT = 0x00050000 | 1, 0x00050000 | 38  # EPERM, ENOSYS
_ALLOW, _KILL = 0x7FFF0000, 0x80000000  # yes; end the process


class TookTooLong(Exception):
    """The child used up its CPU time."""


class Crashed(Exception):
    """The child ended by its own doing without an answer: a decoder broke. To be believed when it happens again."""


class Interrupted(Exception):
    """The machine's fault: the child was killed from outside, or had no memory, no room to write, or no time on a busy
    host."""


def confine(
    *, memory_bytes: int = MEMORY_BYTES, cpu_seconds: int = CPU_SECONDS, output_bytes: int = OUTPUT_BYTES
) -> None:
    """Drops, irrevocably, all rights that decoding does not need. Import and open everything before the call."""
    _limit(memory_bytes, cpu_seconds, output_bytes)
    machine = platform.machine()
    if machine in _ARCHITECTURE:
        _deny_calls(machine, {*_NETWORK[machine], *_PROCESSES[machine], *_FILES[machine]})


def confine_program(*, memory_bytes: int, cpu_seconds: int, output_bytes: int) -> None:
    """The same for a child that becomes another program, which may open files (`landlock` says which)."""
    _limit(memory_bytes, cpu_seconds, output_bytes)
    machine = platform.machine()
    if machine in _ARCHITECTURE:
        denied = {*_NETWORK[machine], *_PROCESSES[machine], *_FILES[machine]}
        _deny_calls(machine, denied - {*_OPEN[machine], _EXEC[machine]})


def end_with_parent() -> None:
    """Makes the kernel kill this process when its parent ends; also after `exec`."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG


def yield_to_others() -> None:
    """Lets other processes have the processor first, and the memory where it is short. For the first of a session."""
    os.nice(NICENESS)
    with contextlib.suppress(OSError):
        _lower_session()
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:  # not everywhere there
        score.write(str(OOM_SCORE))


def _lower_session() -> None:
    """Linux divides the processor among sessions before it looks at processes, unless control groups are used.

    It lets only one process of the machine do this within a tenth of a second.
    """
    for _ in range(3):
        try:
            Path("/proc/self/autogroup").write_text(str(NICENESS))
            return
        except BlockingIOError:
            time.sleep(0.12)


def _limit(memory_bytes: int, cpu_seconds: int, output_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output_bytes, output_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _instruction(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, value)


def _filter(machine: str, calls: Iterable[int]) -> bytes:
    """A seccomp program: another architecture ends the process, the listed calls answer EPERM, others go through."""
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06
    program = [
        _instruction(load, 4),
        _instruction(equal, _ARCHITECTURE[machine], 1, 0),
        _instruction(answer, _KILL),
        _instruction(load, 0),
        _instruction(at_least, _X32_CALLS, 0, 1),
        _instruction(answer, _DENY),
    ]
    for call in calls:
        program += [_instruction(equal, call, 0, 1), _instruction(answer, _DENY)]
    own_limits = _by_first_argument(_LIMITS[machine], equal, 0)  # 0 is oneself; not the worker's
    return b"".join([*program, *own_limits, *_only_threads(machine), _instruction(answer, _ALLOW)])


def _only_threads(machine: str) -> list[bytes]:
    """`clone` for a thread goes through, for a process it does not; `clone3`, which hides its flags, "is not there"."""
    absent = [_instruction(0x15, _CLONE3, 0, 1), _instruction(0x06, _ABSENT)]
    return absent + _by_first_argument(_CLONE[machine], 0x45, _CLONE_THREAD)  # any of its bits


def _by_first_argument(call: int, test: int, value: int) -> list[bytes]:
    """The call goes through if its first argument passes the test, else it is refused."""
    load, equal, answer = 0x20, 0x15, 0x06
    return [
        _instruction(equal, call, 0, 4),
        _instruction(load, 16),
        _instruction(test, value, 1, 0),
        _instruction(answer, _DENY),
        _instruction(answer, _ALLOW),
    ]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def _deny_calls(machine: str, calls: Iterable[int]) -> None:
    """Best effort: a kernel without seccomp leaves the limits above and the bare environment."""
    code = _filter(machine, calls)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    libc.prctl(22, 2, ctypes.byref(_Program(len(code) // 8, code)), 0, 0)  # PR_SET_SECCOMP, filter mode


def wait(child: subprocess.Popen[bytes], seconds: float, tick: Callable[[], None] = lambda: None) -> float:
    """Waits for the end and says how many seconds of CPU time the child used. `Interrupted` after `seconds`.

    Without polling, which would cost 25 ms a photo; `tick` is called every few seconds.
    """
    handle, until = os.pidfd_open(child.pid), time.monotonic() + seconds
    try:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        while not poll.poll(max(0, min(TICK_SECONDS, until - time.monotonic())) * 1000):
            if time.monotonic() >= until:
                raise Interrupted(f"no answer within {seconds:.0f} s")
            tick()
    finally:
        os.close(handle)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def judge(
    status: int, used_seconds: float, cpu_seconds: float, target: IO[bytes] | None, memory_bytes: int = MEMORY_BYTES
) -> None:
    """Raises what an exit status other than 0 stands for; returns where the program may have said it itself."""
    if status == -signal.SIGXCPU or used_seconds > cpu_seconds - 0.5:  # some programs catch the signal
        raise TookTooLong
    if status in _STOPPED or status == os.EX_TEMPFAIL or not _has_room(target):
        raise Interrupted(f"status {status}")
    check_memory(memory_bytes)
    if status < 0 or status == os.EX_SOFTWARE:
        raise Crashed(f"status {status}")


def _has_room(target: IO[bytes] | None) -> bool:
    if target is None:
        return True
    disk = os.fstatvfs(target.fileno())
    return disk.f_bavail * disk.f_frsize >= MIN_FREE_BYTES


def check_memory(memory_bytes: int = MEMORY_BYTES) -> None:
    """Raises `Interrupted` if the machine cannot give `memory_bytes` now: call it before a decoder is believed.

    Where Linux promises more memory than there is, as it does by default, it can, and kills a child instead.
    """
    with contextlib.ExitStack() as pieces:
        try:
            for _ in range(-(-memory_bytes // _PIECE_BYTES)):
                pieces.enter_context(mmap.mmap(-1, _PIECE_BYTES, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))
        except (OSError, MemoryError):
            raise Interrupted(f"less than {memory_bytes} bytes of memory are to be had") from None


def run(
    module: str,
    arguments: Sequence[str],
    source: IO[bytes],
    target: IO[bytes],
    tick: Callable[[], None] = lambda: None,
    cpu_seconds: int = CPU_SECONDS,
) -> None:
    """Runs `python -m module` with `source` as its input, `target` as its output, and no other open file.

    The module confines itself, to `cpu_seconds`. Both are real files. Raises `TookTooLong`, `Crashed` or `Interrupted`;
    then the content of `target` is undefined.
    """
    source.seek(0)
    command = [sys.executable, "-E", "-s", "-m", module, *arguments]
    child = subprocess.Popen(  # noqa: S603
        command,
        stdin=source.fileno(),
        stdout=target.fileno(),
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={"PATH": os.defpath, "LANG": "C.UTF-8"},
        start_new_session=True,
    )
    try:
        used_seconds = wait(child, WALL_SECONDS, tick)
    finally:
        child.kill()
        child.wait()
    if child.returncode:
        judge(child.returncode, used_seconds, cpu_seconds, target)
        raise Interrupted(f"status {child.returncode}")  # before it looked at the file: what a decoder raises is caught
