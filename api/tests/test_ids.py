"""Ids: unique whatever the rush, growing, and true to the clock."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from api.ids import MAX_ID, generate_ids, id_at, id_in, moment_of


@pytest.mark.django_db
def test_a_rush_repeats_nothing_and_grows():
    ids = generate_ids(20_000)
    assert len(set(ids)) == len(ids)
    assert ids == sorted(ids)
    assert 2**53 < ids[0] < ids[-1] < MAX_ID


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_repeat_nothing():
    found: list[int] = []

    def rush() -> None:
        found.extend(generate_ids(5_000))
        connection.close()

    threads = [threading.Thread(target=rush) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == len(found) == 40_000


@pytest.mark.django_db
def test_an_id_tells_when_it_was_made():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.2)")
    moment = moment_of(generate_ids()[0])
    assert abs(moment - datetime.now(UTC)) < timedelta(seconds=2)


def test_an_id_of_the_past_stands_in_its_order():
    then = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert moment_of(id_at(then)) == then
    assert id_at(then) < id_at(then, 1) < id_at(then + timedelta(milliseconds=1))


def test_an_id_is_what_a_column_can_hold_and_nothing_else():
    assert [id_in(text) for text in ("0", "7312849021001728", str(MAX_ID))] == [0, 7312849021001728, MAX_ID]
    for text in ("", "-1", "+1", " 1", "1.0", "1_0", "\u0663", str(MAX_ID + 1), "9" * 19, "1" * 5000):
        assert id_in(text) is None, text[:20]
