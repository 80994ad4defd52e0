"""How long a server that has vanished can hold a request: every client's timeouts, added up."""

from django.conf import settings


def test_a_vanished_database_is_noticed_within_three_seconds():
    options = settings.DATABASES["default"]["OPTIONS"]
    kept_connection, new_connection = options["tcp_user_timeout"] / 1000, options["connect_timeout"]
    assert kept_connection > 0, "0 waits for ever"
    assert new_connection >= 2, "0 waits for ever, and libpq reads 1 as 2"
    assert kept_connection + new_connection <= 3
