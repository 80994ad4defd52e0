"""`manage.py lint_migrations`: a migration that would stop a running system is refused, with its rule's name."""

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.core.management import CommandError, call_command
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader

from devtools import migration_lint

pytestmark = pytest.mark.django_db(transaction=True)
INDEX = models.Index(fields=["created_at"], name="planted")


def planted(*operations: migrations.operations.base.Operation, atomic: bool = True) -> migrations.Migration:
    """A migration to come after the newest of media."""
    migration = migrations.Migration("9999_planted", "media")
    migration.operations, migration.atomic = list(operations), atomic
    return migration


def rules_of(migration: migrations.Migration) -> set[str]:
    """What is found when it stands in its place."""
    loader, key = MigrationLoader(connection), ("media", migration.name)
    [newest] = loader.graph.leaf_nodes("media")
    loader.graph.add_node(key, migration)
    loader.graph.add_dependency(migration, key, newest)
    return {finding.rule for finding in migration_lint.lint(migration, loader)}


OFFENDERS = {
    "require-concurrent-index-creation": migrations.AddIndex("media", INDEX),
    "ban-drop-column": migrations.RemoveField("media", "alt_text"),
    "renaming-column": migrations.RenameField("media", "alt_text", "words"),
    "changing-column-type": migrations.AlterField("media", "width", models.TextField(null=True)),
    "adding-not-nullable-field": migrations.AlterField("media", "width", models.IntegerField(default=1)),
    "column-without-db-default": migrations.AddField("media", "new", models.IntegerField(default=1)),
    "constraint-missing-not-valid": migrations.AddConstraint(
        "media", models.CheckConstraint(condition=models.Q(width__gt=0), name="planted")
    ),
}


@pytest.mark.parametrize("rule", OFFENDERS)
def test_an_offender_is_found(rule):
    assert rule in rules_of(planted(OFFENDERS[rule]))


def test_what_old_code_does_not_notice_passes():
    fields = [models.IntegerField(null=True), models.IntegerField(db_default=1)]
    for field in fields:
        assert rules_of(planted(migrations.AddField("media", "new", field))) == set()
    assert rules_of(planted(AddIndexConcurrently("media", INDEX), atomic=False)) == set()
    table = migrations.CreateModel("New", [("id", models.BigAutoField(primary_key=True))], {"indexes": []})
    assert rules_of(planted(table)) == set()


def test_a_rule_is_waived_by_name():
    removal = planted(OFFENDERS["ban-drop-column"])
    removal.lint_waivers = {"ban-drop-column": "the code of before does not use it"}
    assert rules_of(removal) == set()


def test_the_baseline_names_migrations_that_there_are():
    known = MigrationLoader(connection).disk_migrations
    assert set(migration_lint.BASELINE.items()) <= set(known)


def test_the_command_names_the_file_and_where_to_read_on(monkeypatch):
    """The baseline is set back, so that an old migration is a new one: media 0004 makes an index of an old table."""
    call_command("lint_migrations")
    monkeypatch.setitem(migration_lint.BASELINE, "media", "0005_media_in_grace")
    with pytest.raises(CommandError) as refused:
        call_command("lint_migrations")
    assert "media/migrations/0006_fair_processing.py: " in str(refused.value)
    assert "CONTRIBUTING.md" in str(refused.value)
