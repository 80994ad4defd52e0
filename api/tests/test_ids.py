"""Ids: unique whatever the rush, growing, and true to the clock."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from api.ids import LARGEST, mint, mint_at, moment_of


@pytest.mark.django_db
def test_a_rush_repeats_nothing_and_grows() -> None:
    ids = mint(20_000)
    assert len(set(ids)) == len(ids)
    assert ids == sorted(ids)
    assert 2**53 < ids[0] < ids[-1] < LARGEST


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_repeat_nothing() -> None:
    found: list[int] = []

    def rush() -> None:
        found.extend(mint(5_000))
        connection.close()

    threads = [threading.Thread(target=rush) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == len(found) == 40_000


@pytest.mark.django_db
def test_an_id_tells_when_it_was_made() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.2)")
    moment = moment_of(mint()[0])
    assert abs(moment - datetime.now(UTC)) < timedelta(seconds=2)


def test_an_id_of_the_past_stands_in_its_order() -> None:
    then = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert moment_of(mint_at(then)) == then
    assert mint_at(then) < mint_at(then, 1) < mint_at(then + timedelta(milliseconds=1))
