"""A new follow brings the followee's posts.

Mutants: no floor on merging; the accepted check removed; `missing` not built; unmute not heard of.
"""

import pytest

from feed import actions, timelines
from social.models import Mute
from tests.support import factories
from tests.support.outbox import drain


@pytest.fixture
def small(settings):
    """Twenty is a lot of posts to make; three do."""
    settings.FEED_MERGE_ON_FOLLOW = 3
    settings.FEED_SIZE = 2


def test_following_over_http_brings_the_posts(alice, charlie, client_for, held):
    post = factories.post(alice)
    actions.build(user=charlie)
    assert client_for(charlie).put("/v1/users/alice/follow").status_code == 200
    drain()
    assert held(charlie) == [post.timeline_id]


def test_a_request_brings_nothing_until_it_is_accepted(charlie, client_for, held):
    alice = factories.person("alice", private=True)
    post = factories.post(alice)
    actions.build(user=charlie)
    client_for(charlie).put("/v1/users/alice/follow")
    drain()
    actions.backfill(user=charlie, followee_id=alice.pk)
    assert held(charlie) == []
    client_for(alice).post("/v1/me/follow-requests/charlie/accept")
    drain()
    assert held(charlie) == [post.timeline_id]


def test_without_a_feed_it_is_built(alice, bob, held):
    post = factories.post(alice)
    actions.backfill(user=bob, followee_id=alice.pk)
    assert held(bob) == [post.timeline_id]


def test_twice_is_once(alice, bob, held):
    actions.build(user=bob)
    post = factories.post(alice)
    for _ in range(2):
        actions.backfill(user=bob, followee_id=alice.pk)
    assert held(bob) == [post.timeline_id]


def test_older_posts_of_the_followee_raise_the_floor(alice, bob, charlie, small, shown, truth):
    older = factories.post(alice)
    actions.build(user=bob)
    posts = [factories.post(charlie) for _ in range(5)]
    factories.follow(bob, charlie)
    actions.backfill(user=bob, followee_id=charlie.pk)
    timeline = timelines.read(bob.pk)
    assert timeline.floor == posts[2].timeline_id
    assert older.timeline_id not in timeline.ids
    assert shown(bob) == truth(bob)[:100]
    assert len(truth(bob)) == 6


def test_all_of_the_followees_posts_leave_the_floor_alone(alice, bob, charlie, small):
    factories.post(alice)
    actions.build(user=bob)
    [factories.post(charlie) for _ in range(3)]
    factories.follow(bob, charlie)
    actions.backfill(user=bob, followee_id=charlie.pk)
    assert timelines.read(bob.pk).floor == 0
    assert len(timelines.read(bob.pk).ids) == 4


def test_where_less_than_a_page_would_be_left_it_is_built_anew(alice, bob, charlie, small, settings, held):
    settings.FEED_SIZE = 4
    factories.post(alice)
    actions.build(user=bob)
    [factories.post(charlie) for _ in range(5)]
    factories.follow(bob, charlie)
    actions.backfill(user=bob, followee_id=charlie.pk)
    assert timelines.read(bob.pk).floor == 0
    assert len(held(bob)) == 6


def test_an_unmute_brings_back_what_was_published_meanwhile(alice, bob, client_for, shown, held):
    client_for(bob).put("/v1/users/alice/mute")
    assert shown(bob) == []
    post = factories.post(alice)
    assert client_for(bob).delete("/v1/users/alice/mute").status_code == 204
    assert not Mute.objects.exists()
    assert held(bob) == []
    drain()
    assert shown(bob) == [post.pk]
