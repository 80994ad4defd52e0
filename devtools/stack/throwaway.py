"""Throw-away servers for tests and checks: fast, empty, and stopped with the process that started them."""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from devtools.stack.child import Child, Program, failure, stop_together
from devtools.stack.errors import StackError
from devtools.stack.privileges import Account, can_run, default_account, own_folder
from devtools.stack.servers import Postgres, Valkey
from devtools.stack.state import PLAIN_PATH, SHORT_FOLDER, SOCKET_FOLDER_LIMIT

START_SECONDS = 60.0


@contextlib.contextmanager
def throwaway_servers() -> Iterator[dict[str, str]]:
    """Start an empty PostgreSQL and Valkey; yields the environment that reaches them. Raises StackError."""
    account = default_account()
    root = _temporary_folder(account)
    children: list[Child] = []
    try:
        postgres = Postgres(root, root, account, root / "postgres.log", scratch=root)
        valkey = Valkey(root, root, account, root / "valkey.log", scratch=root)
        children.append(Child(valkey.program()))
        if postgres.is_missing:
            _run_to_end(postgres.creation())
            postgres.adopt()
        children.append(Child(postgres.program()))
        _wait_until_ready(children, [valkey, postgres])
        yield {
            "DATABASE_URL": postgres.url,
            "REDIS_URL": valkey.url(0),
            "CELERY_BROKER_URL": valkey.broker_url(1),
            "PYSTAGRAM_VAR": str(root / "var"),
        }
    finally:
        stop_together(children)
        shutil.rmtree(root, ignore_errors=True)


def _temporary_folder(account: Account | None) -> Path:
    """A fresh folder that the servers' account can enter and whose sockets' paths are short enough."""
    for parent in (tempfile.gettempdir(), str(SHORT_FOLDER)):
        short = len(parent) + len("/pystagram-01234567") <= SOCKET_FOLDER_LIMIT
        plain = short and PLAIN_PATH.fullmatch(parent)
        if plain and can_run(account, Path(parent)):
            root = Path(tempfile.mkdtemp(prefix="pystagram-", dir=parent))
            return own_folder(root, account)
    raise StackError("No temporary folder that the servers' account can enter; set TMPDIR.")


def _run_to_end(program: Program) -> None:
    child = Child(program)
    child.wait_for_end()
    if child.exit_code != 0:
        raise failure(child, f"{program.name} failed")


def _wait_until_ready(children: list[Child], servers: list[Postgres | Valkey]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not all(server.is_ready() for server in servers):
        for child in children:
            if child.exit_code is not None:
                raise failure(child, f"{child.program.name} did not start")
        if time.monotonic() > deadline:
            raise StackError(f"The servers did not start in {START_SECONDS:.0f} s.", children[-1].tail())
        time.sleep(0.02)


@contextlib.contextmanager
def in_environment(values: dict[str, str]) -> Iterator[None]:
    """Set environment variables for a while."""
    before = {key: os.environ.get(key) for key in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for key, value in before.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value
