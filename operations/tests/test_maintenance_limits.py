"""Requests have a limit on a statement's time; migrations and maintenance commands have none."""

import pytest
from django.core.management import get_commands, load_command_class
from django.db import connection

from api.maintenance import MaintenanceCommand, maintenance_limits

LONG = {"backup", "restore", "check_media", "purge_media", "storage_report", "reindex", "check_feeds"}


def statement_timeout() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_request_has_a_limit_and_maintenance_has_none():
    assert statement_timeout() == "10s"
    with maintenance_limits():
        assert statement_timeout() == "0"
    assert statement_timeout() == "10s"


def test_commands_that_take_long_lift_the_limits():
    commands = get_commands()
    for name in LONG:
        assert isinstance(load_command_class(commands[name], name), MaintenanceCommand), name
    assert commands["migrate"] == "operations"
