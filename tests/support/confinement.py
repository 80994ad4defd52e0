"""What Compose's limits do to a service, by the kernel's own means and without an engine: a root that is only read, no
rights of root, no new ones, and bounds on memory and processes."""

import contextlib
import os
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BYTES = {"k": 2**10, "m": 2**20, "g": 2**30}
GROUPS = {  # by version of the kernel's interface: what is bounded, and where
    "memory": [("memory/{}/memory.limit_in_bytes", "memory/{}"), ("{}/memory.max", "{}")],
    "pids": [("pids/{}/pids.max", "pids/{}"), ("{}/pids.max", "{}")],
}
PEAKS = ("memory.max_usage_in_bytes", "memory.peak")
CGROUPS = Path("/sys/fs/cgroup")


def is_possible() -> bool:
    """Whether this account may make mounts and drop capabilities."""
    script = "mount --make-rprivate / && mount -o remount,bind,ro / && setpriv --no-new-privs --bounding-set=-all true"
    with contextlib.suppress(OSError):
        return (
            subprocess.run(["unshare", "--mount", "sh", "-ec", script], capture_output=True, check=False).returncode
            == 0
        )
    return False


def size(text: str) -> int:
    """`768m` and the like in bytes."""
    return int(text[:-1]) * BYTES[text[-1]] if text[-1] in BYTES else int(text)


@dataclass
class Confinement:
    """How one service of the compose file is held. `here` says where a folder of its container is on this machine."""

    name: str
    service: Mapping[str, Any]
    here: Callable[[str], str]
    groups: list[Path]

    def words(self, command: Sequence[str]) -> list[str]:
        """The command, held."""
        lines = ["mount --make-rprivate /"]
        for volume in self.service.get("volumes", []):
            folder = self.here(volume.split(":")[1])
            Path(folder).mkdir(parents=True, exist_ok=True)
            lines.append(shlex.join(["mount", "--bind", folder, folder]))
        for entry in self.service.get("tmpfs", []):
            path, _, options = entry.partition(":")
            folder = self.here(path)
            Path(folder).mkdir(parents=True, exist_ok=True)
            lines.append(shlex.join(["mount", "-t", "tmpfs", "-o", options or "mode=1777", self.name, folder]))
        lines += [f"echo $$ >{shlex.quote(str(group / 'cgroup.procs'))}" for group in self.groups]
        lines.append("mount -o remount,bind,ro /")
        rights = ",".join(["-all", *(f"+{right.lower()}" for right in self.service.get("cap_add", []))])
        dropped = ["setpriv", "--no-new-privs", f"--bounding-set={rights}", "--inh-caps=-all", "--", *command]
        lines.append(f"exec {shlex.join(dropped)}")
        return ["unshare", "--mount", "sh", "-ec", "\n".join(lines)]

    def processes(self) -> tuple[int, int] | None:
        """How many it has, threads among them, and how many it may have; None where nothing bounds them."""
        found = [group for group in self.groups if (group / "pids.max").exists()]
        numbers = [int((found[0] / name).read_text()) for name in ("pids.current", "pids.max")] if found else []
        return (numbers[0], numbers[1]) if numbers else None

    def peak(self) -> int | None:
        """The most bytes that it had, the pages of files that it read among them; None where nothing counts them."""
        found = [group / name for group in self.groups for name in PEAKS if (group / name).exists()]
        return int(found[0].read_text()) if found else None


@contextlib.contextmanager
def bounds_of(name: str, service: Mapping[str, Any]) -> Iterator[list[Path]]:
    """Control groups with the service's bounds; none where none can be made. They go when their processes are gone."""
    limits = {"memory": str(size(service["mem_limit"])), "pids": str(service["pids_limit"])}
    mine = re.sub(r"\W", "-", f"pystagram-rehearsal-{os.getpid()}-{name}")
    groups = dict.fromkeys(group for kind, limit in limits.items() if (group := _bounded(kind, mine, limit)))
    try:
        yield list(groups)
    finally:
        for group in groups:
            with contextlib.suppress(OSError):
                group.rmdir()


def _bounded(kind: str, name: str, limit: str) -> Path | None:
    for bound, folder in GROUPS[kind]:
        group = CGROUPS / folder.format(name)
        with contextlib.suppress(OSError):
            group.mkdir(exist_ok=True)
            (CGROUPS / bound.format(name)).write_text(limit)
            return group
        with contextlib.suppress(OSError):
            group.rmdir()
    return None
