"""Posts for close friends in precomputed feeds: pushed to them alone, and there at once for whoever becomes one."""

from typing import Any

import pytest

from accounts.models import User
from feed import actions, audit, timelines
from tests.support import factories
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db
FEW = "close_friends"


@pytest.fixture
def friend(alice: User, bob: User) -> User:
    """Follows alice, as bob does, and is close to her."""
    person = factories.person("frida")
    factories.follow(person, alice)
    factories.close_friend(alice, person)
    return person


def kept(user: User) -> list[int]:
    timeline = timelines.read(user.pk)
    assert timeline is not None
    return list(timeline.ids)


def share(alice: User, client_for: Any) -> int:
    body = {"media": [str(factories.media(alice).pk)], "audience": FEW}
    pk = int(client_for(alice).post("/v1/posts", body).json()["id"])
    drain()
    return pk


@pytest.mark.parametrize("chunk", [5000, 1])
def test_it_is_pushed_on_the_feeds_of_friends_alone(alice, bob, friend, client_for, settings, chunk):
    """In one go, and in ranges of followers."""
    settings.FANOUT_CHUNK = chunk
    other = factories.person()
    factories.follow(other, alice)
    factories.close_friend(alice, other)
    for person in (alice, bob, friend, other):
        actions.build(user=person)
    post = share(alice, client_for)
    assert [kept(person) for person in (alice, bob, friend, other)] == [[post], [], [post], [post]]


def test_a_feed_that_is_built_holds_what_its_reader_may_see(alice, bob, friend):
    few, usual = factories.post(alice, audience=FEW), factories.post(alice)
    for person in (bob, friend):
        actions.build(user=person)
    assert (kept(bob), kept(friend)) == ([usual.pk], [usual.pk, few.pk])


def test_whoever_becomes_a_friend_has_the_earlier_ones_in_the_feed(alice, bob, friend, client_for):
    actions.build(user=bob)
    post = share(alice, client_for)
    client_for(alice).put("/v1/me/close-friends/bob")
    drain()
    feed = client_for(bob).get("/v1/feed").json()
    assert ([int(row["id"]) for row in feed["results"]], feed["source"]) == ([post], "cache")
    client_for(alice).delete("/v1/me/close-friends/bob")
    assert client_for(bob).get("/v1/feed").json()["results"] == []


def test_a_list_of_somebody_who_shares_nothing_with_it_moves_no_feed(alice, bob, client_for):
    """When a feed was built is told in its answers."""
    factories.post(alice)
    client_for(alice).put("/v1/me/close-friends/bob")
    drain()
    assert timelines.read(bob.pk) is None
    factories.post(alice, audience=FEW)
    client_for(alice).delete("/v1/me/close-friends/bob")
    client_for(alice).put("/v1/me/close-friends/bob")
    drain()
    assert len(kept(bob)) == 2


def test_the_auditor_finds_nothing_amiss(alice, bob, friend, client_for):
    for person in (bob, friend):
        actions.build(user=person)
    share(alice, client_for)
    totals = audit.Totals()
    for person in (bob, friend):
        audit.check(person.pk, totals, repair=False)
    assert (totals.checked, totals.differing) == (2, 0)


def test_what_is_newer_than_a_page_skips_the_hidden(alice, bob, client_for):
    first = factories.post(alice).pk
    before = client_for(bob).get("/v1/feed").json()["previous"]
    for _ in range(4):
        factories.post(alice, audience=FEW)
    last = factories.post(alice).pk
    page = client_for(bob).get("/v1/feed", {"cursor": before, "limit": 2}).json()
    assert [int(row["id"]) for row in page["results"]] == [last, first]
