"""The same number of queries for one post and a hundred, for one followee and thirty; warm, rebuilt, from Postgres.

A warm feed asks PostgreSQL once: what is in it, its counts and its versions. The cards are in the process or in Redis.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from api.redis import feeds
from feed import actions
from social.models import Follow
from tests.support import factories

MAX_CANDIDATES = 8  # besides authentication, which the test's client does not do


def queries(client, address="/v1/feed"):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(captured), answer.json()


def dressed(author, **fields):
    """A post with everything a post can have."""
    User.objects.get_queryset().filter(pk=author.pk).update(avatar=factories.media(author))
    post = factories.post(author, **fields)
    factories.tagged(post, "sun")
    return post


@pytest.fixture
def many(alice, bob):
    """A hundred posts of thirty people in bob's feed, and one in charlie's."""
    people = [alice, *(factories.person() for _ in range(29))]
    for one in people[1:]:
        factories.follow(bob, one)
    for number in range(100):
        dressed(people[number % 30])


@pytest.fixture
def one(charlie):
    author = factories.person()
    factories.follow(charlie, author)
    dressed(author)


def test_warm_and_rebuilt(bob, charlie, many, one, client_for):
    for source in ("rebuilt", "cache"):
        few, small = queries(client_for(charlie))
        lots, large = queries(client_for(bob))
        assert (small["source"], large["source"]) == (source, source)
        assert (len(small["results"]), len(large["results"])) == (1, 100)
        assert few == lots <= MAX_CANDIDATES
    for user in (bob, charlie):
        count, page = queries(client_for(user))
        assert (count, page["source"]) == (1, "cache")


def test_from_postgres(bob, charlie, many, one, client_for):
    for user in (bob, charlie):
        actions.build(user=user)
        feeds().hset(f"feed:{{{user.pk}}}:meta", "state", "building")
    few, small = queries(client_for(charlie))
    lots, large = queries(client_for(bob))
    assert (small["source"], large["source"]) == ("database", "database")
    assert (len(small["results"]), len(large["results"])) == (1, 100)
    assert few == lots <= MAX_CANDIDATES


def test_filled_up_from_below_the_floor(alice, bob, many, client_for, settings):
    settings.FEED_KEEP = 60
    actions.build(user=bob)
    Follow.objects.filter(follower=bob, followee=alice).delete()
    count, page = queries(client_for(bob))
    assert (page["source"], len(page["results"])) == ("cache", 96)
    assert count <= MAX_CANDIDATES
