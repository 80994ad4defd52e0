"""`manage.py lint_migrations`: what the migrations that no release has yet would lock or break."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from devtools.migration_lint import lint, new_migrations


class Command(BaseCommand):
    help = "Say what migrations lock, or break for the code of before, while they run."

    def handle(self, *args: Any, **options: Any) -> None:
        loader = MigrationLoader(connection)
        wrong = [
            f"{migration.app_label}/migrations/{migration.name}.py: {finding.rule}: {finding.message}"
            for migration in new_migrations(loader)
            for finding in lint(migration, loader)
        ]
        if wrong:
            raise CommandError("\n".join([*wrong, "What to do stands in CONTRIBUTING.md, under Migrations."]))
