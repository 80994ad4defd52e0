"""A bound on the memory of the processes that are pressed, by a control group of their own."""

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOTS = {  # by version of the kernel's interface: where groups are, the file of the bound, that of the kills
    Path("/sys/fs/cgroup/memory"): ("memory.limit_in_bytes", "memory.oom_control"),
    Path("/sys/fs/cgroup"): ("memory.max", "memory.events"),
}


class Group:
    """A control group, whose memory counts from when it is joined: what its members have is not moved."""

    def __init__(self, folder: Path, bound: str, events: str) -> None:
        self.folder, self.bound, self.events = folder, bound, events

    def add(self, pids: Iterable[int], folder: Path | None = None) -> None:
        for pid in pids:
            with contextlib.suppress(OSError):  # ended meanwhile
                ((folder or self.folder) / "cgroup.procs").write_text(str(pid))

    def kills(self) -> int:
        """How often the kernel ended a member, because it was over the bound."""
        found = re.search(r"^oom_kill (\d+)$", (self.folder / self.events).read_text(), re.MULTILINE)
        return int(found[1]) if found else 0


@contextlib.contextmanager
def bounded(limit: int) -> Iterator[Group | None]:
    """A group that may take so many bytes; None where none can be made."""
    for root, files in ROOTS.items():
        folder = root / f"pystagram-pressure-{os.getpid()}"
        group = Group(folder, *files)
        try:
            folder.mkdir()
            (folder / group.bound).write_text(str(limit))
        except OSError:
            with contextlib.suppress(OSError):
                folder.rmdir()
            continue
        try:
            yield group
        finally:
            group.add(map(int, (folder / "cgroup.procs").read_text().split()), root)
            folder.rmdir()
        return
    yield None
