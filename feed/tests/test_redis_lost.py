"""Redis empty, refusing or silent: the feed comes from Postgres, after one bounded wait.

Mutants: no `except RedisError`; no breaker; no limiter; a rebuild that trusts an old list.
"""

import socket
import time

import pytest

from api.load_shedding import ConcurrencyLimiter
from api.redis import feeds
from feed import actions, reading, timelines
from tests.support import factories


@pytest.fixture
def silent():
    """A server that accepts and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.fixture
def refusing():
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return f"redis://127.0.0.1:{port}/0"


@pytest.fixture
def lose(settings):
    """`lose(address)`: the feeds' Redis is there from now on; `lose(None)`: it is back."""
    original = settings.FEEDS_REDIS_URL

    def move(address):
        feeds.cache_clear()
        settings.FEEDS_REDIS_URL = address or original

    yield move
    move(None)


def test_after_a_flush_the_next_read_is_right(alice, bob, client_for, truth):
    [factories.post(alice) for _ in range(3)]
    client_for(bob).get("/v1/feed")
    feeds().flushdb()
    factories.post(alice)
    answers = [client_for(bob).get("/v1/feed").json() for _ in range(2)]
    assert [answer["source"] for answer in answers] == ["rebuilt", "cache"]
    assert [[int(post["id"]) for post in answer["results"]] for answer in answers] == [truth(bob)] * 2


@pytest.mark.parametrize("how", ["refusing", "silent"])
def test_without_redis_it_comes_from_postgres(alice, bob, client_for, lose, truth, how, request, monkeypatch):
    [factories.post(alice) for _ in range(3)]
    lose(request.getfixturevalue(how))
    asked, trip = [], reading.redis_breaker.trip
    monkeypatch.setattr(reading.redis_breaker, "seconds", 60)  # so that a slow machine does not matter
    monkeypatch.setattr(reading.redis_breaker, "trip", lambda: asked.append(trip()))  # to see how often it is asked
    client = client_for(bob)
    answer = client.get("/v1/feed?limit=2")
    assert answer.status_code == 200
    assert (answer["Feed-Source"], answer.json()["source"]) == ("database", "database")
    rest = client.get("/v1/feed", {"cursor": answer.json()["next"]})
    assert len(asked) == 1, "once it was lost, nobody waits for it again"
    told = feeds().connection_pool.connection_kwargs
    assert told["socket_connect_timeout"] + told["socket_timeout"] <= 1
    assert [int(post["id"]) for post in answer.json()["results"] + rest.json()["results"]] == truth(bob)


def test_when_redis_is_back_it_is_used_again(alice, bob, client_for, lose, refusing, monkeypatch):
    factories.post(alice)
    monkeypatch.setattr(reading.redis_breaker, "seconds", 0.05)
    lose(refusing)
    assert client_for(bob).get("/v1/feed").json()["source"] == "database"
    lose(None)
    time.sleep(0.1)
    assert [client_for(bob).get("/v1/feed").json()["source"] for _ in range(2)] == ["rebuilt", "cache"]


def test_lost_in_the_middle_of_a_rebuild_it_still_answers(alice, bob, client_for, lose, refusing, monkeypatch, truth):
    factories.post(alice)
    snapshot = actions.snapshot

    def interrupted(*, user):
        lose(refusing)
        return snapshot(user=user)

    monkeypatch.setattr(actions, "snapshot", interrupted)
    answer = client_for(bob).get("/v1/feed").json()
    assert answer["source"] == "database"
    assert [int(post["id"]) for post in answer["results"]] == truth(bob)


def test_more_readers_than_slots_are_told_to_come_again(alice, bob, client_for, lose, refusing, monkeypatch):
    factories.post(alice)
    monkeypatch.setattr(reading, "database_limiter", ConcurrencyLimiter(1, wait_seconds=0.05))
    lose(refusing)
    assert client_for(bob).get("/v1/feed").status_code == 200
    with reading.database_limiter.slot():
        answer = client_for(bob).get("/v1/feed")
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert int(answer["Retry-After"]) > 0
    assert client_for(bob).get("/v1/feed").status_code == 200


def test_a_cached_feed_needs_no_slot(alice, bob, client_for, monkeypatch):
    factories.post(alice)
    client_for(bob).get("/v1/feed")
    monkeypatch.setattr(reading, "database_limiter", ConcurrencyLimiter(1, wait_seconds=0.05))
    with reading.database_limiter.slot():
        assert client_for(bob).get("/v1/feed").json()["source"] == "cache"


def test_a_feed_of_strange_bytes_is_an_error_of_redis_not_of_ours(alice, bob, client_for):
    feeds().set(timelines.key_of(bob.pk), "not a list")
    feeds().hset(f"{timelines.key_of(bob.pk)}:meta", "state", "complete")
    answer = client_for(bob).get("/v1/feed")
    assert (answer.status_code, answer.json()["source"]) == (200, "database")
