"""The database to a file and back, by PostgreSQL's own programs, and counted on both sides."""

import os
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection, transaction
from psycopg2.sql import SQL, Identifier

from media.models import Blob
from media.stores.interface import Digest
from operations.backups.folder import Refused
from operations.backups.programs import ProgramMissing, find_client

_VARIABLES = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}
_OPTIONS = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY"}


class Dumped(NamedTuple):
    """The rows of each table and the originals that a dump has, and when it was taken."""

    at: Any
    tables: dict[str, int]
    originals: dict[str, Digest]


def dump(path: Path) -> Dumped:
    """Writes the database to a file. Dump and counts are of one snapshot, so writing can go on."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot(), now()")
        snapshot, now = cursor.fetchone()
        shape = ("--format=custom", "--no-owner", "--no-privileges", "--lock-wait-timeout=60s")
        _run("pg_dump", *shape, f"--snapshot={snapshot}", f"--file={path}")
        return Dumped(now, rows_by_table(), stored_originals())


def restore(path: Path) -> None:
    """Puts a dump into the configured database, all of it or nothing; tables of the same name are replaced."""
    how = ("--clean", "--if-exists", "--no-owner", "--no-privileges", "--no-comments", "--single-transaction")
    _run("pg_restore", *how, f"--dbname={connection.settings_dict['NAME']}", str(path))


def rows_by_table() -> dict[str, int]:
    """How many rows each table has."""
    rows = {}
    with connection.cursor() as cursor:
        for name in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(SQL("SELECT count(*) FROM {}").format(Identifier(name)))
            rows[name] = int(cursor.fetchone()[0])
    return rows


def stored_originals() -> dict[str, Digest]:
    """Key, size and hash of every original that the database lists as stored."""
    rows = Blob.objects.filter(state=Blob.State.STORED).values_list("key", "size", "sha256")
    return {key: Digest(size, sha256) for key, size, sha256 in rows}


def is_empty() -> bool:
    return not connection.introspection.table_names()


def _environment() -> dict[str, str]:
    """How the programs reach the database that Django is configured for; nothing secret is on a command line."""
    known, options = connection.settings_dict, connection.settings_dict["OPTIONS"]
    values = {variable: str(known.get(name) or "") for name, variable in _VARIABLES.items()}
    values |= {variable: str(options.get(name) or "") for name, variable in _OPTIONS.items()}
    return {**os.environ, **{name: value for name, value in values.items() if value}}


def _run(program: str, *arguments: str) -> None:
    try:
        command = [str(find_client(program)), *arguments]
    except ProgramMissing as error:
        raise Refused(str(error)) from None
    done = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.returncode:
        raise Refused(f"{program} failed: {done.stderr.strip()[-2000:]}")
