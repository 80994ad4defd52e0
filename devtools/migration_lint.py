"""What a migration locks, or breaks while older code still runs: squawk over the SQL that Django makes of it."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

SQUAWK = Path(sys.executable).with_name("squawk")
PG_VERSION = "18.0"
# The last migration of each app that was made before there was anything to lock: no release has its tables.
BASELINE = {
    "accounts": "0010_passkeys",
    "api": "0001_ids",
    "events": "0003_job_runs",
    "feed": "0001_pulled_authors",
    "media": "0009_archives",
    "portability": "0002_imports",
    "posts": "0024_hidden_comments",
    "search": "0004_documents",
    "social": "0004_close_friends",
    "stories": "0002_audience",
}
EXCLUDED = (
    "prefer-bigint-over-int",  # taste, as the next two
    "prefer-bigint-over-smallint",
    "prefer-text-field",
    "prefer-robust-stmts",  # Django's history knows what was done
    "require-lock-timeout",  # `migrate` sets both limits (api/maintenance.py)
    "require-statement-timeout",
)
# Django's AddField drops the default at once, and the code of before does not name the column in its INSERTs.
REQUIRED_COLUMN = re.compile(
    r'ADD COLUMN "(\w+)"[^;]* NOT NULL[^;]*;\s*ALTER TABLE "\w+" ALTER COLUMN "\1" DROP DEFAULT',
)


class Finding(NamedTuple):
    """A rule's name and what is wrong by it."""

    rule: str
    message: str


def new_migrations(loader: MigrationLoader) -> Iterator[Migration]:
    """Those of this project after the baseline."""
    ours = {config.label for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR}
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        if app in ours and name > BASELINE.get(app, ""):
            yield migration


def lint(migration: Migration, loader: MigrationLoader) -> list[Finding]:
    """What a migration does wrong, but for what its class waives: `lint_waivers = {rule: reason}`."""
    waived = getattr(migration, "lint_waivers", {})
    return [finding for finding in lint_sql(sql_of(migration, loader)) if finding.rule not in waived]


def sql_of(migration: Migration, loader: MigrationLoader) -> str:
    """The statements of a migration, in the transaction that it runs in."""
    state = loader.project_state((migration.app_label, migration.name), at_end=False)
    with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
        migration.apply(state, editor, collect_sql=True)
    statements = "\n".join(editor.collected_sql)
    return f"BEGIN;\n{statements}\nCOMMIT;\n" if migration.atomic else statements


def lint_sql(sql: str) -> list[Finding]:
    """What is wrong with some statements."""
    command: list[str | Path] = [
        SQUAWK,
        "--reporter",
        "json",
        "--pg-version",
        PG_VERSION,
        "--exclude",
        ",".join(EXCLUDED),
    ]
    answer = subprocess.run(command, input=sql, capture_output=True, text=True, check=False)  # noqa: S603 - our own SQL
    found = [Finding(entry["rule_name"], entry["message"]) for entry in json.loads(answer.stdout)]
    for column in REQUIRED_COLUMN.findall(sql):
        found.append(Finding("column-without-db-default", f"INSERTs of the code of before lack {column!r}: db_default"))
    return found
