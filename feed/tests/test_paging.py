"""Pages by cursor, from Redis and on from Postgres.

Mutants: the floor ignored; OFFSET; a cursor of another list taken; no filling up of what is hidden.
"""

import re

import pytest

from api.redis import feeds
from feed import actions, timelines
from social.models import Follow
from tests.support import factories


def walk(client, limit):
    """All pages: their ids and their sources."""
    address, ids, sources = f"/v1/feed?limit={limit}", [], []
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, answer.content
        body = answer.json()
        assert len(body["results"]) == limit or body["next"] is None
        ids += [int(post["id"]) for post in body["results"]]
        sources.append(body["source"])
        links = dict(re.findall(r'<(.*?)>; rel="(\w+)"', answer.headers["Link"]))
        addresses = {rel: address for address, rel in links.items()}
        assert ("next" in addresses) == bool(body["next"])
        address = addresses.get("next")
    return ids, sources


@pytest.fixture
def small(settings):
    """A list of eight posts, cut above ten."""
    settings.FEED_KEEP, settings.FEED_CUT_ABOVE = 8, 10


def test_a_hundred_by_default_and_on_past_the_list(alice, bob, client_for, truth):
    [factories.post(alice, photos=0) for _ in range(150)]
    client = client_for(bob)
    first = client.get("/v1/feed").json()
    assert len(first["results"]) == 100
    second = client.get("/v1/feed", {"cursor": first["next"]}).json()
    assert (len(second["results"]), second["next"]) == (50, None)
    assert [int(post["id"]) for post in first["results"] + second["results"]] == truth(bob)


def test_pages_go_from_redis_on_to_postgres_without_a_gap(alice, bob, client_for, small, truth):
    [factories.post(alice) for _ in range(12)]
    ids, sources = walk(client_for(bob), 3)
    assert ids == truth(bob)
    assert sources == ["rebuilt", "cache", "cache", "database"]


def test_an_exact_page_has_no_next(alice, bob, client_for):
    [factories.post(alice) for _ in range(4)]
    assert client_for(bob).get("/v1/feed?limit=4").json()["next"] is None
    assert client_for(bob).get("/v1/feed?limit=4").json()["next"] is None


def test_what_is_published_meanwhile_does_not_move_the_next_page(alice, bob, client_for, truth):
    posts = [factories.post(alice) for _ in range(4)]
    client = client_for(bob)
    first = client.get("/v1/feed?limit=2").json()
    timelines.push([bob.pk], factories.post(alice).timeline_id)
    second = client.get("/v1/feed", {"limit": 2, "cursor": first["next"]}).json()
    assert [int(post["id"]) for post in second["results"]] == [posts[1].pk, posts[0].pk]


def test_a_page_hidden_in_part_is_filled_up_from_below_the_floor(alice, bob, charlie, client_for, small, truth):
    factories.follow(bob, charlie)
    [factories.post(charlie) for _ in range(5)]
    [factories.post(alice) for _ in range(7)]
    actions.build(user=bob)
    Follow.objects.filter(follower=bob, followee=alice).delete()
    answer = client_for(bob).get("/v1/feed?limit=4").json()
    assert answer["source"] == "cache"
    assert [int(post["id"]) for post in answer["results"]] == truth(bob)[:4]
    assert walk(client_for(bob), 4)[0] == truth(bob)


def test_a_list_wholly_hidden_gives_full_pages(alice, bob, charlie, client_for, small, truth):
    factories.follow(bob, charlie)
    [factories.post(charlie) for _ in range(6)]
    [factories.post(alice) for _ in range(20)]
    actions.build(user=bob)
    factories.mute(bob, alice)
    assert walk(client_for(bob), 4)[0] == truth(bob)
    assert len(truth(bob)) == 6


def test_ones_own_posts_that_are_not_pushed_yet_keep_their_place(alice, bob, client_for, small, truth):
    [factories.post(alice) for _ in range(12)]
    actions.build(user=bob)
    [factories.post(bob) for _ in range(5)]
    assert walk(client_for(bob), 3)[0] == truth(bob)


def test_ones_own_posts_below_the_floor_keep_theirs(alice, bob, client_for, small, truth):
    [factories.post(bob) for _ in range(2)]
    [factories.post(alice) for _ in range(12)]
    actions.build(user=bob)
    assert walk(client_for(bob), 10)[0] == truth(bob)


def test_a_next_page_without_a_list_comes_from_postgres_and_builds_nothing(alice, bob, client_for):
    [factories.post(alice) for _ in range(3)]
    client = client_for(bob)
    cursor = client.get("/v1/feed?limit=2").json()["next"]
    feeds().flushdb()
    answer = client.get("/v1/feed", {"cursor": cursor}).json()
    assert (answer["source"], len(answer["results"])) == ("database", 1)
    assert feeds().keys("feed:*") == []


@pytest.mark.parametrize("cursor", ["nonsense", "WyJmZWVkIiwxXQ:x", "a" * 5000])
def test_made_up_cursors_are_refused(bob, client_for, cursor):
    answer = client_for(bob).get("/v1/feed", {"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


def test_a_cursor_of_another_list_is_refused(alice, bob, charlie, client_for):
    factories.follow(charlie, alice)
    cursor = client_for(charlie).get("/v1/users/alice/followers?limit=1").json()["next"]
    assert cursor
    assert client_for(bob).get("/v1/feed", {"cursor": cursor}).status_code == 400


@pytest.mark.parametrize("limit", ["0", "-1", "x", "1e3", "²"])
def test_a_limit_that_is_none_is_refused(bob, client_for, limit):
    assert client_for(bob).get("/v1/feed", {"limit": limit}).status_code == 400


def test_at_most_a_hundred(alice, bob, client_for):
    [factories.post(alice, photos=0) for _ in range(101)]
    assert len(client_for(bob).get("/v1/feed?limit=1000").json()["results"]) == 100
