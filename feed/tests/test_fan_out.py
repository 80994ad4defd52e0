"""A post is pushed on the feeds that are maintained.

Mutants: RPUSH/LPUSH instead of LPUSHX; `accepted()` removed; no `progress`; no `split` mark; no live check; no cut.
"""

import pytest
import redis

from api.redis import feeds
from events.actions import record
from events.models import Delivery, Event
from events.relay import claim, expand
from feed import actions, tasks, timelines
from posts.models import Post
from tests.support import factories
from tests.support.outbox import drain


def claimed(task):
    """The delivery that is due to a task of the feed's; other apps subscribe to the same events."""
    expand()
    return next(delivery_id for delivery_id, name in claim() if name == f"feed.tasks.{task}")


def published(author, **fields):
    """A post, and the event that it is out."""
    post = factories.post(author, **fields)
    record("post_published", post_id=post.pk, author_id=author.pk)
    return post


@pytest.fixture
def crowd(alice, settings):
    """Ten followers of alice with a feed each; a chunk is three."""
    settings.FANOUT_CHUNK = 3
    people = sorted((factories.person() for _ in range(10)), key=lambda one: one.pk)
    for one in people:
        factories.follow(one, alice)
        actions.build(user=one)
    return people


def test_author_and_followers_get_it(alice, bob, held):
    actions.build(user=alice)
    actions.build(user=bob)
    post = published(alice)
    drain()
    assert held(alice) == held(bob) == [post.timeline_id]


def test_only_feeds_that_exist_take_it(alice, bob, held):
    published(alice)
    drain()
    assert held(bob) == []
    assert not list(feeds().scan_iter("feed:*"))


def test_pending_and_muting_followers_do_not_get_it(alice, bob, charlie, held):
    factories.follow(charlie, alice, pending=True)
    factories.mute(bob, alice)
    actions.build(user=bob)
    actions.build(user=charlie)
    published(alice)
    drain()
    assert held(bob) == held(charlie) == []


def test_many_followers_are_split_into_ranges(alice, crowd, held):
    post = published(alice)
    drain()
    assert [held(one) for one in crowd] == [[post.timeline_id]] * 10
    ranges = sorted(
        (event.payload["after"], event.payload["upto"]) for event in Event.objects.filter(name="feed_range_due")
    )
    assert len(ranges) == 4
    assert [after for after, _ in ranges][1:] == [upto for _, upto in ranges][:-1]
    assert (ranges[0][0], ranges[-1][1]) == (0, 2**63 - 1)


def test_one_chunk_of_followers_is_not_split(alice, crowd, held, settings):
    settings.FANOUT_CHUNK = 10
    published(alice)
    drain()
    assert not Event.objects.filter(name="feed_range_due").exists()
    assert all(len(held(one)) == 1 for one in crowd)


def test_run_twice_it_splits_once_and_readers_see_it_once(alice, crowd, shown):
    post = published(alice)
    drain()
    Delivery.objects.update(done_at=None, lease_until="2026-01-01T00:00Z")
    drain()
    assert Event.objects.filter(name="feed_range_due").count() == 4
    assert shown(crowd[0]) == [post.pk]


@pytest.mark.parametrize("task", ["fan_out", "push_range"])
def test_killed_in_the_middle_it_goes_on_where_it_was(alice, crowd, held, settings, monkeypatch, task):
    settings.FANOUT_CHUNK = 100
    monkeypatch.setattr(timelines, "PUSHES_AT_ONCE", 4)
    post = published(alice)
    name = "post_published"
    if task == "push_range":
        Event.objects.all().delete()
        name = "feed_range_due"
        place = {"after": 0, "upto": crowd[-1].pk, "author_id": alice.pk}
        record(name, post_id=post.pk, timeline_id=post.timeline_id, **place)
    delivery_id = claimed(task)
    pushes, push = [], timelines.push

    def dying(user_ids, timeline_id):
        pushes.append(list(user_ids))
        if crowd[4].pk in user_ids:
            raise SystemExit("killed")  # not an Exception: nobody writes a failure down
        push(user_ids, timeline_id)

    monkeypatch.setattr(timelines, "push", dying)
    with pytest.raises(SystemExit):
        getattr(tasks, task).run(delivery_id=delivery_id)
    delivery = Delivery.objects.get(pk=delivery_id)
    assert delivery.done_at is None
    assert delivery.progress == {"pushed_to": crowd[3].pk}

    pushes.clear()
    monkeypatch.setattr(timelines, "push", lambda ids, number: (pushes.append(list(ids)), push(ids, number)))
    for _ in range(3):  # on a busy machine Redis may time out, which only costs another ring
        getattr(tasks, task).run(delivery_id=delivery_id)
    pushed_again = {number for batch in pushes for number in batch} - {alice.pk}
    assert pushed_again == {one.pk for one in crowd[4:]}
    assert all(set(held(one)) == {post.timeline_id} for one in crowd)
    assert Delivery.objects.get(pk=delivery_id).done_at is not None


def test_a_post_that_is_gone_is_not_pushed(alice, bob, held):
    actions.build(user=bob)
    post = published(alice)
    Post.objects.filter(pk=post.pk).update(deleted_at=post.created_at)
    drain()
    assert held(bob) == []


def test_a_post_that_went_during_the_fan_out_is_not_pushed_by_ranges(alice, crowd, held):
    post = published(alice)
    delivery_id = claimed("fan_out")
    tasks.fan_out.run(delivery_id=delivery_id)
    Post.objects.filter(pk=post.pk).update(removed_at=post.created_at)
    drain()
    assert [held(one) for one in crowd] == [[]] * 10


def test_without_redis_the_delivery_is_tried_again(alice, bob, monkeypatch):
    def refuse(*args):
        raise redis.ConnectionError("refused")

    published(alice)
    delivery_id = claimed("fan_out")
    with monkeypatch.context() as patch:
        patch.setattr(timelines, "push", refuse)
        tasks.fan_out.run(delivery_id=delivery_id)
    delivery = Delivery.objects.get(pk=delivery_id)
    assert delivery.done_at is None
    assert delivery.dead_at is None
    assert "refused" in delivery.last_error


def test_long_lists_are_cut_and_say_so(alice, bob, held):
    actions.build(user=bob)
    first = 10**18
    for number in range(first, first + 160):
        timelines.push([bob.pk], number)
    assert len(held(bob)) == 128
    assert timelines.read(bob.pk).floor == first + 160 - 128
    assert feeds().ttl(timelines.key_of(bob.pk)) > 6 * 24 * 3600


def test_lists_up_to_160_are_not_cut(alice, bob, held):
    actions.build(user=bob)
    for number in range(1, 160):
        timelines.push([bob.pk], number)
    assert len(held(bob)) == 159
    assert timelines.read(bob.pk).floor == 0


def test_a_restored_post_comes_back_to_feeds_built_without_it(alice, bob, shown):
    post = factories.post(alice, deleted_at="2026-01-01T00:00Z")
    newer = factories.post(alice)
    assert shown(bob) == [newer.pk]
    Post.objects.filter(pk=post.pk).update(deleted_at=None)
    record("post_restored", post_id=post.pk, author_id=alice.pk)
    drain()
    assert shown(bob) == [newer.pk, post.pk]
