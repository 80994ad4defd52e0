"""The log says that the database failed, not with what."""

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from api.database_errors import log_failure, summary_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("SELECT repeat('hush', 1000)::tsquery", "word is too long in tsquery"),
        ("SELECT 'hush'::int", "invalid input syntax for type integer"),
        ("SELECT hush", 'column "hush" does not exist'),
    ],
)
def test_what_was_refused_is_not_quoted(statement, told):
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert summary_of(refused.value) == told


def test_a_lock_that_is_not_free_is_no_outage(caplog):
    """Nor is a deadlock, or a statement that takes too long: PostgreSQL is there, and says so."""
    with pytest.raises(OperationalError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 10; SELECT pg_sleep(1)")
    log_failure(refused.value)
    log_failure(OperationalError("connection to server failed: Connection refused"))
    assert [record.message for record in caplog.records] == [
        "statement not done in time: canceling statement due to statement timeout",
        "database unavailable: connection to server failed: Connection refused",
    ]


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("40P01", "transaction given up"),
        ("40001", "transaction given up"),
        ("55P03", "lock not free in time"),
        ("57P01", "database unavailable"),
    ],
)
def test_what_was_given_up_is_told_by_its_state(state, told, caplog):
    error = OperationalError("deadlock detected")
    error.__cause__ = Refusal(state)
    log_failure(error)
    assert caplog.records[0].message == f"{told}: deadlock detected"


class Refusal(Exception):
    """What psycopg2 raises, with the code that PostgreSQL gave."""

    def __init__(self, pgcode: str) -> None:
        self.pgcode = pgcode


def test_a_lost_connection_is_told_in_a_line():
    error = OperationalError("connection to server failed: Connection refused\n\tIs it running?\n")
    assert summary_of(error) == "connection to server failed: Connection refused"
