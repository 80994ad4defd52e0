"""What of the world is there already: each batch is written down in the transaction that makes it."""

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from django.db import connection
from django.utils import timezone

from devtools.bench.feed.errors import OtherWorld

Make = Callable[[Any, int, int], None]
Progress = Callable[[int], object]
SETUP = """
CREATE TABLE IF NOT EXISTS bench_step (name text PRIMARY KEY, done bigint NOT NULL);
CREATE TABLE IF NOT EXISTS bench_world (
    people bigint, posts bigint, seed bigint, schema text, made_at timestamptz
);
CREATE TABLE IF NOT EXISTS bench_index (name text PRIMARY KEY, definition text NOT NULL);
"""
# Of the large tables, but those that hold a constraint.
SECONDARY = """
INSERT INTO bench_index
SELECT indexname, indexdef FROM pg_indexes JOIN pg_class ON relname = indexname
WHERE schemaname = 'public' AND tablename = ANY(%s)
    AND NOT EXISTS (SELECT FROM pg_index WHERE indexrelid = pg_class.oid AND (indisunique OR indisprimary))
ON CONFLICT DO NOTHING
"""


def schema() -> str:
    """A mark of all migrations: what was half made by others is not gone on with, for its rows and indexes differ."""
    digest = hashlib.sha256()
    for path in sorted(Path(settings.BASE_DIR).glob("*/migrations/*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


class Steps:
    """A connection of the superuser's, for whom PostgreSQL checks no foreign keys while rows come in by the million."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        about = connection.get_connection_params()
        self.connection = psycopg2.connect(host=about.get("host"), dbname=about["dbname"], user="postgres")
        with self.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica; SET statement_timeout = 0")
            cursor.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET work_mem = '64MB'")
            cursor.execute(SETUP)

    @contextlib.contextmanager
    def cursor(self) -> Iterator[Any]:
        """One transaction."""
        with self.connection, self.connection.cursor() as cursor:
            yield cursor

    def vacuum(self) -> None:
        """All tables, once they are full: or else autovacuum does it beside what is measured."""
        self.connection.autocommit = True
        with self.connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")

    def close(self) -> None:
        self.connection.close()

    def claim(self, people: int, posts: int, seed: int) -> datetime:
        """The moment at which the world was begun, the same in every run. Raises OtherWorld."""
        with self.cursor() as cursor:
            cursor.execute("SELECT people, posts, seed, schema, made_at FROM bench_world")
            row = cursor.fetchone()
            if row is None:
                row = (people, posts, seed, schema(), timezone.now())
                cursor.execute("INSERT INTO bench_world VALUES (%s, %s, %s, %s, %s)", row)
        if row[:3] != (people, posts, seed) or (row[3] != schema() and not self.done("finished")):
            raise OtherWorld(f"{settings.VAR_DIR} holds another world, or half of one; --forget removes it")
        with self.cursor() as cursor:  # a whole one has been migrated, with indexes and all, when the stack was started
            cursor.execute("UPDATE bench_world SET schema = %s", (schema(),))
        moment: datetime = row[4]
        return moment

    def run(self, name: str, total: int, batch: int, make: Make) -> None:
        """Calls `make(cursor, start, end)` for what is missing of 0 to `total`."""
        done = self.done(name)
        self.progress(done)
        while done < total:
            end = min(done + batch, total)
            with self.cursor() as cursor:
                make(cursor, done, end)
                cursor.execute(
                    "INSERT INTO bench_step VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET done = excluded.done",
                    (name, end),
                )
            self.progress(end - done)
            done = end

    def done(self, name: str) -> int:
        with self.cursor() as cursor:
            cursor.execute("SELECT done FROM bench_step WHERE name = %s", (name,))
            row = cursor.fetchone()
        return int(row[0]) if row else 0

    def once(self, name: str, *statements: str, **values: Any) -> None:
        """Statements that are run together, once."""

        def make(cursor: Any, _start: int, _end: int) -> None:
            for statement in statements:
                cursor.execute(statement, values)

        self.run(name, 1, 1, make)

    def drop_indexes(self, tables: list[str]) -> None:
        """Secondary indexes of these tables, remembered; making them at the end takes a fraction of the time."""
        if self.done("indexes"):
            return
        with self.cursor() as cursor:
            cursor.execute(SECONDARY, (tables,))
            cursor.execute("SELECT name FROM bench_index")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP INDEX IF EXISTS "{name}"')

    def restore_indexes(self) -> None:
        with self.cursor() as cursor:
            cursor.execute("SELECT name, definition FROM bench_index ORDER BY name")
            rows = cursor.fetchall()
        for name, definition in rows:
            with self.cursor() as cursor:
                cursor.execute(definition.replace("INDEX ", "INDEX IF NOT EXISTS ", 1))
                cursor.execute("DELETE FROM bench_index WHERE name = %s", (name,))
        self.once("indexes")
