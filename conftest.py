"""The cast and the stage every test stands on."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections
from django.db.backends.postgresql.operations import DatabaseOperations
from hypothesis import HealthCheck, Phase, settings
from psycopg2.extensions import set_wait_callback
from rest_framework.test import APIClient

from accounts.cards import cards as person_cards
from accounts.models import User
from api import redis as redis_roles
from api import throttles
from media import tokens
from media.stores import layout
from media.stores.local import LocalStore
from posts.cards import cards as post_cards
from stories.cards import kept as story_cards
from tests.support import factories
from tests.support.landing import ALL

# A landing tries the same examples each time, however slow the machine is; a run of all tests makes up new ones.
settings.register_profile("landing", derandomize=not ALL, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("landing")
# For runs that only ask whether a test fails: finding the smallest example takes minutes.
settings.register_profile(
    "first_failure", settings.get_profile("landing"), derandomize=False, phases=[Phase.explicit, Phase.generate]
)


@pytest.fixture(autouse=True)
def _clean_redis() -> None:
    """Every test starts with an empty Redis, and without the cards of others."""
    for cards in (person_cards.kept, post_cards.kept, story_cards):
        cards.clear()
    redis_roles.feeds().flushdb()
    redis_roles.counters().flushdb()
    cache.clear()


@pytest.fixture(autouse=True)
def _one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of rate limits and of media's tokens stands still: no window of theirs ends within a test."""
    began = time.time()
    for module in (throttles, tokens):
        monkeypatch.setattr(module, "time", SimpleNamespace(time=lambda: began))


@pytest.fixture
def running_clock(_one_window: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that compare media's tokens with the database's clock: theirs runs as well."""
    monkeypatch.setattr(tokens, "time", time)


@pytest.fixture(scope="session", autouse=True)
def _free_to_copy() -> None:
    """A test that imports the server's entry limits this process's waiting, and with that forbids `COPY`."""
    set_wait_callback(None)


@pytest.fixture(scope="session", autouse=True)
def _marked_media_folder() -> None:
    """The media of the factories have no files, so that a folder without its mark would seem to be lost."""
    store = layout.store()
    if isinstance(store, LocalStore) and not store.is_marked:
        store.mark()


@pytest.fixture(scope="session", autouse=True)
def _flush_of_decisions() -> None:
    """After tests with transactions of their own all tables are truncated, which the log of decisions refuses."""
    flush, alter = DatabaseOperations.execute_sql_flush, "ALTER TABLE moderation_decision {} TRIGGER USER"

    def without_triggers(self: DatabaseOperations, statements: list[str]) -> None:
        flush(self, [alter.format("DISABLE"), *statements, alter.format("ENABLE")])

    DatabaseOperations.execute_sql_flush = without_triggers


@pytest.fixture
def alice(db: None) -> User:
    """The author."""
    return factories.person("alice")


@pytest.fixture
def bob(alice: User) -> User:
    """Follows alice."""
    user = factories.person("bob")
    factories.follow(user, alice)
    return user


@pytest.fixture
def charlie(db: None) -> User:
    """Has nothing to do with anybody."""
    return factories.person("charlie")


@pytest.fixture
def mallory(alice: User) -> User:
    """Blocked by alice."""
    user = factories.person("mallory")
    factories.block(alice, user)
    return user


@pytest.fixture
def client_for() -> Callable[[User | None], APIClient]:
    """`client_for(bob).get("/v1/feed")`: a client logged in as somebody; `client_for(None)` is nobody."""

    def client(user: User | None) -> APIClient:
        browser = APIClient()
        if user is not None:
            browser.force_authenticate(User.objects.get(pk=user.pk))
        return browser

    return client


@pytest.fixture
def run_concurrently() -> Callable[[list[Callable[[], Any]]], list[Any]]:
    """Runs calls at the same time, each on its own connection; gives their results, raises what they raise."""

    def run(calls: list[Callable[[], Any]]) -> list[Any]:
        def one(call: Callable[[], Any]) -> Any:
            try:
                return call()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(calls)) as pool:
            return [future.result(60) for future in [pool.submit(one, call) for call in calls]]

    return run
