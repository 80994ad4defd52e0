"""The files in which each process counts for Prometheus: safe on a full disk, and merged when their process is gone.

prometheus-client maps sparse files into memory. Where the disk is full, writing to such a page ends the process
(SIGBUS), so here the room is taken first; without room a process counts in memory, unseen, until it ends.
"""

# mypy: disable-error-code="no-untyped-call"
# (prometheus-client types its registry and metrics, not its files.)

import contextlib
import errno
import fcntl
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from prometheus_client import Metric, mmap_dict, values
from prometheus_client.multiprocess import MultiProcessCollector

_FILE = re.compile(r"(counter|histogram)_([0-9]+)\.db")
_FIRST_BYTES = 1 << 16  # as the library's files begin


class AllocatedDict(mmap_dict.MmapedDict):
    """The library's file of one process, whose room on the disk is taken before it is written to."""

    def __init__(self, filename: str, read_mode: bool = False) -> None:
        if not read_mode and not _has_room(filename):
            filename = _memory_file()
        super().__init__(filename, read_mode)

    def _init_value(self, key: str) -> None:
        if self._used + 4 * len(key) + 64 > self._capacity and not _allocated(self._f.fileno(), self._capacity * 2):
            self._go_on_in_memory()
        super()._init_value(key)

    def _go_on_in_memory(self) -> None:
        content = bytes(self._m)
        self.close()
        path = _memory_file()
        Path(path).write_bytes(content)
        mmap_dict.MmapedDict.__init__(self, path)


def _allocated(handle: int, size: int) -> bool:
    """Whether the file has its room for certain now."""
    try:
        os.posix_fallocate(handle, 0, size)
    except OSError:  # no room; or a file system that cannot promise any
        return False
    return True


def _has_room(filename: str, size: int = _FIRST_BYTES) -> bool:
    path = Path(filename)
    is_new = not path.exists()
    try:
        with path.open("a+b") as file:
            if _allocated(file.fileno(), max(size, os.fstat(file.fileno()).st_size)):
                return True
    except OSError:
        return False
    if is_new:
        path.unlink(missing_ok=True)  # or whoever reads would find a file without a beginning
    return False


def _memory_file() -> str:
    return f"/proc/self/fd/{os.memfd_create('metrics')}"


def install() -> None:
    """Makes the library count in such files; before the first metric is made."""
    values.MmapedDict = AllocatedDict  # type: ignore[attr-defined]  # it offers no other way


class Counts(MultiProcessCollector):
    """What all processes of a folder counted; the files of those that are gone are merged into one a kind first."""

    def __init__(self, registry: Any, path: Path) -> None:
        self.folder = path
        super().__init__(registry, path=str(path))

    def collect(self) -> Iterator[Metric]:
        with _locked(self.folder):
            merge_dead(self.folder)
            metrics: list[Metric] = list(super().collect())
        return iter(metrics)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One at a time reads or merges, or a count would be read twice."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def merge_dead(folder: Path) -> int:
    """Adds what processes counted that are gone to one file a kind, so that no sum ever falls; says how many."""
    dead = [path for path in folder.iterdir() if (found := _FILE.fullmatch(path.name)) and _is_gone(int(found[2]))]
    with contextlib.suppress(OSError):  # no room: another time
        for path in dead:
            _merge(path, folder / f"{path.name.partition('_')[0]}_dead.db")
            path.unlink()
    return len(dead)


def _is_gone(process: int) -> bool:
    return not Path(f"/proc/{process}").exists()


def _merge(path: Path, into: Path) -> None:
    size = path.stat().st_size + (into.stat().st_size if into.exists() else 0)
    if not _has_room(str(into), size):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    total = mmap_dict.MmapedDict(str(into))
    for key, value, timestamp, _ in mmap_dict.MmapedDict.read_all_values_from_file(str(path)):
        total.write_value(key, total.read_value(key)[0] + value, timestamp)
    total.close()
