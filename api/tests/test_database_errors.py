"""The log says that the database failed, not with what."""

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from api.database_errors import summary_of

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


def test_a_lost_connection_is_told_in_a_line():
    error = OperationalError("connection to server failed: Connection refused\n\tIs it running?\n")
    assert summary_of(error) == "connection to server failed: Connection refused"
