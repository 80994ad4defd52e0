"""What a search may cost: a second of the database, and a rate of its own."""

from types import SimpleNamespace

import pytest
from django.db import connection

from api.problems import Problem
from search.bounds import bounded

pytestmark = pytest.mark.django_db


def timeout():
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return cursor.fetchone()[0]


def milliseconds(setting):
    return int(setting.removesuffix("ms")) if setting.endswith("ms") else 1000 * int(setting.removesuffix("s"))


def test_a_search_that_takes_too_long_is_a_503(alice, bob, said, search, monkeypatch):
    said(alice, "lake")
    monkeypatch.setattr("search.bounds.MAX_SEARCH_MS", 50)
    with pytest.raises(Problem, match="took too long"), bounded(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(5)")
    monkeypatch.setattr(
        "search.posts.matching._visible", lambda *args, **more: connection.cursor().execute("SELECT pg_sleep(5)")
    )
    assert search(bob, "lake", 503)["code"] == "query_too_expensive"


@pytest.mark.parametrize(
    ("kind", "module"), [("users", "search.people.matching._ranked"), ("tags", "search.names.tags.labels.page")]
)
def test_so_is_one_for_people_or_tags(bob, search, monkeypatch, kind, module):
    monkeypatch.setattr("search.bounds.MAX_SEARCH_MS", 50)
    monkeypatch.setattr(module, lambda *args, **more: connection.cursor().execute("SELECT pg_sleep(5)"))
    assert search(bob, "lake", 503, type=kind)["code"] == "query_too_expensive"


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_each_statement_brings_the_bound(alice, bob, said, found, search, monkeypatch):
    """As a request runs: the statements are not held together by a transaction."""
    said(alice, "lake")
    before = timeout()
    with bounded():
        assert 0 < milliseconds(timeout()) <= 1000
        assert not connection.in_atomic_block
    assert timeout() == before
    assert len(found(bob, "lake")) == 1
    monkeypatch.setattr("search.bounds.MAX_SEARCH_MS", 50)
    monkeypatch.setattr("search.posts.matching._ids", lambda: connection.cursor().execute("SELECT pg_sleep(5)"))
    assert search(bob, "lake", 503)["code"] == "query_too_expensive"
    assert timeout() == before


def bounds_at(moments, monkeypatch):
    """The bounds of one search's statements at these seconds of a clock that somebody turns."""
    clock = iter([0.0, *moments])
    monkeypatch.setattr("search.bounds.time", SimpleNamespace(monotonic=lambda: next(clock)))
    with bounded():
        return [timeout() for _ in moments]


@pytest.mark.django_db(transaction=True)
def test_all_statements_have_one_bound_together(monkeypatch):
    """However many windows what is hidden makes a search look through."""
    assert bounds_at([0.1, 0.25, 0.999], monkeypatch) == ["900ms", "750ms", "1ms"]
    with pytest.raises(Problem, match="took too long"):
        bounds_at([0.1, 1.0], monkeypatch)


def test_the_bound_ends_with_the_search(alice, bob, said, found):
    before = timeout()
    with bounded():
        assert timeout() == "1s"
    assert timeout() == before
    said(alice, "lake")
    found(bob, "lake")
    assert timeout() == before


def test_searches_have_a_limit_of_their_own(bob, client_for, settings):
    settings.RATE_LIMITS = True
    assert client_for(bob).get("/v1/search?q=lake")["RateLimit-Policy"] == '"search";q=300;w=60'
