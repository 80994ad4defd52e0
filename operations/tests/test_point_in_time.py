"""Back to a moment: a base backup and PostgreSQL's archived log, by the programs that docs/operations.md builds on."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from devtools.stack.privileges import Account, own_folder, owner_account
from devtools.stack.servers import Postgres
from tests.support.stack_run import StackRun, eventually

pytestmark = pytest.mark.slow


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[StackRun]:
    run = StackRun(tmp_path / "var", "--only-servers")
    run.start("DATABASE_URL=")
    yield run
    run.clear()


def query(address: str, statement: str) -> list[tuple[object, ...]]:
    with contextlib.closing(psycopg2.connect(address)) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_rows_destroyed_by_mistake_come_back(servers, tmp_path):
    home = (servers.state / "servers").resolve()
    address = servers.address("DATABASE_URL").replace("pystagram@", "postgres@")
    sockets, account = Path(address.partition("host=")[2]), owner_account(home)
    archive = own_folder(home / "archive", account)
    query(address, "ALTER SYSTEM SET archive_mode = on")
    query(address, f"ALTER SYSTEM SET archive_command = 'test ! -f {archive}/%f && cp %p {archive}/%f'")
    assert servers.end(signal.SIGINT) == 0
    servers.start("DATABASE_URL=")
    take_base_backup(home, sockets, account, tmp_path)

    query(address, "CREATE TABLE kept AS SELECT 42 AS answer")  # after the base backup: only the log has it
    [[moment]] = query(address, "SELECT clock_timestamp()::text")
    query(address, "DROP TABLE kept")
    [[segment]] = query(address, "SELECT pg_walfile_name(pg_switch_wal())")
    assert eventually((archive / str(segment)).exists)
    assert servers.end(signal.SIGINT) == 0

    (home / "postgres").rename(home / "destroyed")
    (home / "base").rename(home / "postgres")
    go_back(home / "postgres", archive, str(moment))
    servers.start("DATABASE_URL=")
    assert eventually(lambda: query(address, "SELECT pg_is_in_recovery()") == [(False,)])
    assert query(address, "SELECT answer FROM kept") == [(42,)]


def take_base_backup(home: Path, sockets: Path, account: Account | None, logs: Path) -> None:
    programs = Postgres(home, sockets, account, logs / "postgres.log").bin
    command = [programs / "pg_basebackup", "-h", sockets, "-U", "postgres", "-D", own_folder(home / "base", account)]
    who = {"user": account.uid, "group": account.gid} if account else {}
    taken = subprocess.run(
        [*command, "-X", "none", "-c", "fast"], **who, cwd="/", capture_output=True, text=True, check=False
    )
    assert taken.returncode == 0, taken.stderr


def go_back(data: Path, archive: Path, moment: str) -> None:
    """What `pgbackrest restore --type=time` writes."""
    with (data / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"restore_command = 'cp {archive}/%f %p'\n")
        settings.write(f"recovery_target_time = '{moment}'\nrecovery_target_action = 'promote'\n")
    (data / "recovery.signal").touch()
    os.chown(data / "recovery.signal", data.stat().st_uid, data.stat().st_gid)
