"""`previous` of lists of people: what is newer than a page, without gaps, whatever came meanwhile."""

from functools import partial

import pytest

from social import actions
from tests.support import factories

pytestmark = pytest.mark.django_db


def names(body):
    return [row["username"] for row in body["results"]]


def upwards(client, path, body, limit):
    """What comes above a page, followed until a page is not full; newest first."""
    found = []
    while True:
        body = client.get(path, {"cursor": body["previous"], "limit": limit}).json()
        found = names(body) + found
        if len(body["results"]) < limit:
            return found


def lists(alice, person):
    """Each list of alice's, and what puts somebody at its head."""
    return {
        "/v1/users/alice/followers": partial(factories.follow, person, alice),
        "/v1/users/alice/following": partial(factories.follow, alice, person),
        "/v1/me/follow-requests": partial(factories.follow, person, alice, pending=True),
        "/v1/me/blocks": partial(factories.block, alice, person),
        "/v1/me/mutes": partial(factories.mute, alice, person),
        "/v1/me/close-friends": partial(factories.close_friend, alice, person),
    }


PATHS = list(lists(None, None))


@pytest.mark.parametrize("path", PATHS)
def test_what_came_since_a_page_also_in_bursts_larger_than_one(client_for, path):
    alice = factories.person("alice")
    client = client_for(alice)
    empty = client.get(path).json()
    assert (empty["results"], empty["next"]) == ([], None)
    for number in range(7):
        lists(alice, factories.person(f"p{number}"))[path]()
    everybody = [f"p{number}" for number in range(6, -1, -1)]
    assert upwards(client, path, empty, 3) == everybody
    first = client.get(path, {"limit": 2}).json()
    assert names(client.get(path, {"cursor": first["previous"]}).json()) == []
    second = client.get(path, {"limit": 2, "cursor": first["next"]})
    assert 'rel="prev"' in second["Link"]
    assert names(client.get(path, {"cursor": second.json()["previous"]}).json()) == ["p6", "p5"]
    for number in range(7, 12):
        lists(alice, factories.person(f"p{number}"))[path]()
    assert upwards(client, path, first, 2) == ["p11", "p10", "p9", "p8", "p7"]
    newer = client.get(path, {"cursor": first["previous"], "limit": 2}).json()
    assert names(newer) == ["p8", "p7"]
    assert names(client.get(path, {"cursor": newer["next"]}).json()) == everybody


def test_whoever_is_let_in_is_the_newest_follower(client_for, bob):
    dora = factories.person("dora", private=True)
    asked, early = factories.person("asked"), factories.person("early")
    factories.follow(asked, dora, pending=True)
    factories.follow(early, dora)
    client = client_for(dora)
    before = client.get("/v1/users/dora/followers").json()
    assert client.post("/v1/me/follow-requests/asked/accept").json() == {"state": "following"}
    assert names(client.get("/v1/users/dora/followers", {"cursor": before["previous"]}).json()) == ["asked"]
    assert names(client.get("/v1/users/dora/followers").json()) == ["asked", "early"]


def test_so_is_whoever_had_asked_an_account_that_was_opened(client_for):
    dora = factories.person("dora", private=True)
    asked, early = factories.person("asked"), factories.person("early")
    factories.follow(asked, dora, pending=True)
    factories.follow(early, dora)
    type(dora).objects.filter(pk=dora.pk).update(is_private=False)
    assert actions.accept_pending(user_id=dora.pk) == 1
    assert names(client_for(early).get("/v1/users/dora/followers").json()) == ["asked", "early"]


def test_mutual_followers_have_no_such_order(client_for, alice, bob):
    assert client_for(bob).get("/v1/users/alice/mutuals").json() == {"results": [], "next": None}


def test_who_is_hidden_is_not_in_the_cursor(client_for, alice, bob):
    path = "/v1/users/alice/followers"
    before = client_for(bob).get(path).json()
    hidden = factories.person("hidden")
    factories.follow(hidden, alice)
    factories.block(hidden, bob)
    assert client_for(bob).get(path).json() == before
    up = client_for(bob).get(path, {"cursor": before["previous"]}).json()
    assert (up["results"], up["previous"]) == ([], before["previous"])
