"""Posts of authors with very many followers are pulled at read, and nobody can tell.

Mutants: no hysteresis; a feed that knows nothing of what began after it was built; a follow that merges a few posts
only; a follow that asks for posts before it asks whether they are pulled; what is pulled shown below the floor.
"""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from api.redis import feeds
from events.actions import record
from events.models import Delivery, Event
from events.relay import claim, expand
from feed import actions, audit, tasks, timelines
from feed.models import PulledAuthor
from posts.models import Post
from social import actions as social
from tests.support import factories
from tests.support.outbox import drain


def publish(author):
    """A post that has been on its way to everybody."""
    post = factories.post(author, photos=0)
    record("post_published", post_id=post.pk, author_id=author.pk)
    drain()
    return post


def count_followers(author, count):
    User.objects.get_queryset().filter(pk=author.pk).update(followers_count=count)


@pytest.fixture(autouse=True)
def _ten(settings):
    """Ten followers are very many."""
    settings.PULL_FROM = 10


@pytest.fixture
def star(alice):
    """alice, with ten followers and a post since."""
    count_followers(alice, 10)
    publish(alice)
    return alice


def test_nothing_is_pushed_but_on_their_own_feed(alice, bob, held, shown):
    for one in (alice, bob):
        actions.build(user=one)
    count_followers(alice, 10)
    post = publish(alice)
    assert held(alice) == [post.timeline_id]
    assert held(bob) == []
    assert shown(bob) == [post.pk]
    assert not Event.objects.filter(name="feed_range_due").exists()


def test_below_the_limit_it_is_pushed(alice, bob, held):
    actions.build(user=bob)
    count_followers(alice, 9)
    assert held(bob) == [] == list(PulledAuthor.objects.all())
    post = publish(alice)
    assert held(bob) == [post.timeline_id]


def test_who_is_near_the_limit_does_not_cross_it_often(star, bob, held):
    numbers = {PulledAuthor.objects.get().number}
    actions.build(user=bob)
    before = held(bob)
    for count in (9, 10, 8, 11, 8):
        count_followers(star, count)
        publish(star)
        numbers.add(PulledAuthor.objects.current().get().number)
    assert held(bob) == before
    assert len(numbers) == 1
    count_followers(star, 7)
    post = publish(star)
    assert not PulledAuthor.objects.current().exists()
    assert held(bob) == [post.timeline_id, *before]
    count_followers(star, 9)
    publish(star)
    assert not PulledAuthor.objects.current().exists()


def test_the_feed_of_who_followed_before_after_and_in_between(alice, bob, charlie, shown):
    posts = [publish(alice)]
    actions.build(user=bob)
    actions.build(user=charlie)
    count_followers(alice, 10)
    posts.append(publish(alice))
    social.follow(follower=charlie, followee=alice)
    drain()
    posts += [publish(alice), publish(alice)]
    count_followers(alice, 1)
    posts.append(publish(alice))
    assert not PulledAuthor.objects.current().exists()
    late = factories.person()
    social.follow(follower=late, followee=alice)
    drain()
    for viewer in (bob, charlie, late):
        assert shown(viewer) == [post.pk for post in reversed(posts)]
    count_followers(alice, 20)
    posts.append(publish(alice))
    for viewer in (bob, charlie, late):
        assert shown(viewer) == [post.pk for post in reversed(posts)]


def test_a_follow_makes_all_their_posts_appear(star, charlie, shown, settings):
    settings.FEED_MERGE_ON_FOLLOW = 2
    other = factories.person()
    factories.follow(charlie, other)
    old = publish(other)
    posts = [publish(star) for _ in range(5)]
    actions.build(user=charlie)
    social.follow(follower=charlie, followee=star)
    drain()
    first = Post.objects.filter(author=star).earliest("timeline_id")
    assert shown(charlie) == [post.pk for post in (*reversed(posts), old, first)]
    assert timelines.read(charlie.pk).floor == 0
    assert timelines.read(charlie.pk).pulled == [star.pk]


def test_a_follow_without_a_feed_builds_one(star, charlie, shown):
    social.follow(follower=charlie, followee=star)
    drain()
    assert timelines.read(charlie.pk).pulled == [star.pk]
    assert len(shown(charlie)) == 1


def test_told_twice_it_is_known_once(star, bob):
    actions.build(user=bob)
    assert timelines.pull(bob.pk, star.pk)
    assert timelines.pull(bob.pk, star.pk + 1)
    assert timelines.pull(bob.pk, star.pk)
    assert timelines.read(bob.pk).pulled == [star.pk, star.pk + 1]
    assert not timelines.pull(10**6, star.pk)
    assert not feeds().exists(f"{timelines.key_of(10**6)}:meta")


def test_unfollowed_muted_blocked_private_or_suspended_they_are_gone_at_once(star, bob, shown):
    post = publish(star)
    assert post.pk in shown(bob)
    factories.mute(bob, star)
    assert shown(bob) == []
    social.unmute(muter=bob, username=star.username)
    assert post.pk in shown(bob)
    User.objects.get_queryset().filter(pk=star.pk).update(suspended_at=post.created_at)
    assert shown(bob) == []
    User.objects.get_queryset().filter(pk=star.pk).update(suspended_at=None, is_private=True)
    assert post.pk in shown(bob)
    social.unfollow(follower_id=bob.pk, followee_id=star.pk)
    assert shown(bob) == []


def test_deleted_posts_are_gone_and_restored_ones_back(star, bob, shown):
    post = publish(star)
    actions.build(user=bob)
    Post.objects.filter(pk=post.pk).update(archived_at=post.created_at)
    assert post.pk not in shown(bob)
    Post.objects.filter(pk=post.pk).update(archived_at=None)
    record("post_restored", post_id=post.pk, author_id=star.pk)
    drain()
    assert shown(bob)[0] == post.pk


def test_nothing_below_the_floor_is_shown_before_what_lies_between(star, bob, client_for, settings):
    """A quiet author's old posts were cut off the list; the star's older ones must not be shown above them."""
    settings.FEED_KEEP = 3
    quiet = factories.person()
    factories.follow(bob, quiet)
    posts = [Post.objects.get()]
    for number in range(12):
        posts.append(publish(star if number % 3 == 0 else quiet))
    actions.build(user=bob)
    ids, cursor = [], ""
    while cursor is not None:
        page = client_for(bob).get(f"/v1/feed?limit=5&cursor={cursor}").json()
        ids += [int(post["id"]) for post in page["results"]]
        cursor = page["next"]
    assert ids == [post.pk for post in reversed(posts)]


def test_one_query_however_many_are_pulled(bob, client_for, star):
    client = client_for(bob)

    def count():
        client.get("/v1/feed")
        with CaptureQueriesContext(connection) as captured:
            page = client.get("/v1/feed").json()
        assert page["source"] == "cache"
        return len(captured)

    few = count()
    for _ in range(12):
        author = factories.person()
        count_followers(author, 10)
        factories.follow(bob, author)
        publish(author)
    assert few == count() == 1
    feeds().flushdb()
    assert count() == 1


def test_a_feed_of_an_older_release_pulls_all(star, bob, shown):
    actions.build(user=bob)
    feeds().hdel(f"{timelines.key_of(bob.pk)}:meta", "pulled", "pulled_upto")
    post = publish(star)
    assert shown(bob)[0] == post.pk


@pytest.mark.django_db(transaction=True)
def test_eight_posts_at_once_of_eight_authors(bob, run_concurrently):
    authors = [factories.person() for _ in range(8)]
    for author in authors:
        factories.follow(bob, author)
        count_followers(author, 10)
    actions.build(user=bob)
    upto = timelines.read(bob.pk).pulled_upto
    run_concurrently([lambda author=author: actions._is_pulled(author.pk, 10) for author in authors])
    rows = PulledAuthor.objects.current()
    assert {row.author_id for row in rows} == {author.pk for author in authors}
    assert len({row.number for row in rows}) == 8
    assert min(row.number for row in rows) > upto


def during_build(monkeypatch, *, before=lambda: None, after=lambda: None):
    """What happens once just before the ids are read, and just after."""
    snapshot, calls = actions.snapshot, []

    def interrupted(*, user):
        calls.append(1)
        if len(calls) == 1:
            before()
        ids = snapshot(user=user)
        if len(calls) == 1:
            after()
        return ids

    monkeypatch.setattr(actions, "snapshot", interrupted)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("counts", [(10,), (10, 1), (10, 1, 10), (1,), (1, 10)])
def test_crossing_while_a_feed_is_built(alice, bob, monkeypatch, shown, moment, counts):
    """Whatever alice is before, she crosses while bob's feed is built, with a post at each crossing."""
    count_followers(alice, 1 if counts[0] == 10 else 10)
    posts = [publish(alice)]

    def cross():
        for count in counts:
            count_followers(alice, count)
            posts.append(publish(alice))

    during_build(monkeypatch, **{moment: cross})
    assert actions.build(user=bob)
    posts.append(publish(alice))
    assert shown(bob) == [post.pk for post in reversed(posts)]


def test_crossing_while_a_follow_is_merged(alice, bob, charlie, monkeypatch, shown):
    actions.build(user=charlie)
    posts, merge = [publish(alice)], timelines.merge
    factories.follow(charlie, alice)

    def crossing(*arguments, **named):
        count_followers(alice, 10)
        posts.append(publish(alice))
        return merge(*arguments, **named)

    monkeypatch.setattr(timelines, "merge", crossing)
    actions.backfill(user=charlie, followee_id=alice.pk)
    assert shown(charlie) == [post.pk for post in reversed(posts)]


def test_crossing_while_ranges_are_under_way(alice, bob, shown, settings):
    settings.FANOUT_CHUNK = 1
    others = [factories.person() for _ in range(3)]
    for one in others:
        factories.follow(one, alice)
    for one in (bob, *others):
        actions.build(user=one)
    slow = factories.post(alice, photos=0)
    record("post_published", post_id=slow.pk, author_id=alice.pk)
    expand()
    for delivery_id, task in claim():
        if task == "feed.tasks.fan_out":
            tasks.fan_out.run(delivery_id=delivery_id)
    assert Event.objects.filter(name="feed_range_due").count() > 1
    count_followers(alice, 10)
    fast = factories.post(alice, photos=0)
    record("post_published", post_id=fast.pk, author_id=alice.pk)
    drain()
    for one in (bob, *others):
        assert shown(one) == [fast.pk, slow.pk]


@pytest.mark.django_db(transaction=True)
def test_crossing_under_load_loses_and_doubles_nothing(alice, bob, charlie, run_concurrently, shown, truth):
    """Posts are published and pushed, feeds built, people follow and unfollow, and alice crosses, all at once."""
    people = [bob, charlie, *(factories.person() for _ in range(3))]
    for one in people:
        actions.build(user=one)

    def publishing():
        for _ in range(8):
            with transaction.atomic():
                post = factories.post(alice, photos=0)
                delivery = Delivery(event=Event.objects.create(name="post_published"), lease_until=timezone.now())
                delivery.save()
            actions.fan_out(post_id=post.pk, delivery=delivery)

    def crossing():
        for number in range(24):
            count_followers(alice, 10 if number % 2 else 1)

    def building(viewer):
        for _ in range(6):
            actions.build(user=viewer, force=True)

    def following(viewer):
        for _ in range(4):
            social.follow(follower=viewer, followee=alice)
            actions.backfill(user=viewer, followee_id=alice.pk)
            social.unfollow(follower_id=viewer.pk, followee_id=alice.pk)
        social.follow(follower=viewer, followee=alice)
        actions.backfill(user=viewer, followee_id=alice.pk)

    run_concurrently(
        [publishing, publishing, publishing, crossing, lambda: building(bob)]
        + [lambda one=one: following(one) for one in people[1:4]]
    )
    for viewer in people[:4]:
        assert shown(viewer) == truth(viewer)
        assert len(shown(viewer)) == 24


def test_the_auditor_knows(star, bob):
    actions.build(user=bob)
    for number in range(3):
        post = publish(star)
        Post.objects.filter(pk=post.pk).update(timeline_id=1000 + number)
    assert not audit.compare(bob, timelines.read(bob.pk)).missing
    feeds().hset(f"{timelines.key_of(bob.pk)}:meta", "pulled", "")
    assert audit.compare(bob, timelines.read(bob.pk)).missing == {1000, 1001, 1002}
    totals = audit.Totals()
    audit.check(bob.pk, totals, repair=True)
    assert not audit.compare(bob, timelines.read(bob.pk))


def test_a_feed_that_knows_too_little_is_built_anew(star, bob, monkeypatch):
    actions.build(user=bob)
    other = factories.person()
    count_followers(other, 10)
    publish(other)
    audit.check(bob.pk, audit.Totals(), repair=True)
    old = timelines.read(bob.pk).pulled_upto
    monkeypatch.setattr(audit, "MAX_UNKNOWN_PULLED", 0)  # a hundred authors would take long
    audit.check(bob.pk, audit.Totals(), repair=True)
    assert timelines.read(bob.pk).pulled_upto > old


def test_show_feed_names_them(star, bob):
    actions.build(user=bob)
    out = StringIO()
    call_command("show_feed", "bob", stdout=out)
    assert "pulled: 1 alice" in out.getvalue()
