"""A PostgreSQL that is there and says nothing: how long a process waits for it. test_fault_table.py stops one.

Mutants: no callback; the limit of a block outlives it; a check as patient as a statement; a first answer awaited as
patiently as any; a connection that was ended is taken for a good one.
"""

import select
import socket
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import psycopg2
import pytest
from django.db import OperationalError
from django.db import connection as django_connection
from psycopg2.extensions import set_wait_callback

from accounts.models import User
from api.postgres import base
from api.postgres import read_timeout as read_timeout_module
from api.postgres.read_timeout import read_timeout, set_read_timeout
from api.prepared import Statement

connection: Any = django_connection  # the stubs do not know its health checks


@pytest.fixture(autouse=True)
def _impatient() -> Iterator[None]:
    set_read_timeout()
    yield
    set_wait_callback(None)


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A server that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def slept(seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [seconds])


@pytest.mark.django_db(transaction=True)
def test_silence_ends_and_the_next_one_gets_a_new_connection(alice, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(read_timeout_module, "MAX_SECONDS", 0.2)
        with pytest.raises(OperationalError, match=r"silent for 0\.2 s"):
            slept(1.5)
    connection.close_if_unusable_or_obsolete()
    assert User.objects.get_queryset().get() == alice
    slept(1.5)  # until the one that was left alone is gone: the test's database is removed afterwards


@pytest.mark.django_db
def test_what_answers_in_time_is_not_disturbed():
    with read_timeout(0.05):
        pass
    slept(0.2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT repeat('x', 1000) FROM generate_series(1, 5000)")
        assert len(cursor.fetchall()) == 5000


def test_connecting_ends_too(silent_port):
    before = time.monotonic()
    with read_timeout(0.2), pytest.raises(psycopg2.OperationalError, match="silent"):
        psycopg2.connect(host="127.0.0.1", port=silent_port, user="x", dbname="x", connect_timeout=30)
    assert time.monotonic() - before < 20


@pytest.mark.django_db(transaction=True)
def test_the_check_of_a_kept_connection_is_quick(monkeypatch):
    connection.ensure_connection()
    limits: list[float] = []

    def noted(seconds: float) -> AbstractContextManager[None]:
        limits.append(seconds)
        return read_timeout(seconds)

    monkeypatch.setattr(base, "read_timeout", noted)
    assert connection.is_usable()
    connection.close()
    connection.ensure_connection()
    assert limits == [base.CHECK_SECONDS, base.CONNECT_SECONDS]
    assert sum(limits) < 2, "a registration hashes a password besides, within the same 3 s"


@pytest.fixture
def asked_once() -> Iterator[None]:
    """Django asks a connection before its first statement whether it is usable, as at the beginning of a request."""
    slept(0)
    connection.health_check_enabled, connection.health_check_done = True, False
    yield
    connection.health_check_enabled = False


slow = Statement("SELECT pg_sleep(%s)", ["seconds"], [None], is_prepared=False)
quick = Statement("SELECT pg_sleep(%s)", ["seconds"], [None], is_prepared=False, is_quick=True)


@pytest.mark.django_db(transaction=True)
def test_who_answered_lately_is_not_asked_but_awaited_for_less_long(asked_once, monkeypatch):
    waits: list[float] = []
    ready = read_timeout_module._ready

    def noted(asked: psycopg2.extensions.connection, event: int, seconds: float) -> bool:
        waits.append(seconds)
        return ready(asked, event, seconds)

    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", lambda _: pytest.fail("it was asked"))
    monkeypatch.setattr(read_timeout_module, "_ready", noted)  # so that nobody has to be silent for seconds
    quick.fetch(connection, {"seconds": 0.05})
    assert set(waits) == {0.0, read_timeout_module.FIRST_SECONDS}
    waits.clear()
    slept(0.05)  # the first answer has come: the rest may take its time
    assert set(waits) == {read_timeout_module.MAX_SECONDS}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("reason", ["an error", "long ago", "any statement", "any compiled statement"])
def test_all_others_are_asked(asked_once, monkeypatch, reason):
    asked: list[str] = []

    def is_usable(_: base.DatabaseWrapper) -> bool:
        asked.append(reason)
        return True

    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", is_usable)
    if reason == "an error":
        connection.errors_occurred = True
    elif reason == "long ago":
        monkeypatch.setattr(read_timeout_module, "LATELY_SECONDS", 0.0)
    if reason == "any statement":
        slept(0)
    elif reason == "any compiled statement":
        slow.fetch(connection, {"seconds": 0})
    else:
        quick.fetch(connection, {"seconds": 0})
    connection.errors_occurred = False
    assert asked == [reason]


@pytest.mark.django_db(transaction=True)
def test_who_has_ended_the_connection_is_noticed_before_it_is_used(asked_once):
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    finally:
        other.close()
    assert select.select([connection.connection.fileno()], [], [], 10)[0]
    quick.fetch(connection, {"seconds": 0})
