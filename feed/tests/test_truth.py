"""Whatever happens in whatever order, the pages of a feed are the SQL truth: nothing skipped, repeated or leaked.

So they are the same whether posts were pushed or pulled, and wherever an author crossed from one to the other.
Before the workers come, a feed may be late: then it shows some of the truth, in order. Once they have run, all of it.
Mutants: every one named in the other files here that loses or leaks; this one finds those nobody thought of.
"""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.test import override_settings
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from api.ids import generate_ids
from api.redis import feeds
from events.actions import record
from feed import actions, reading, timelines
from posts.models import Post
from social import actions as social
from social.models import Audience, Block, Mute
from tests.support import factories
from tests.support.outbox import drain

PEOPLE = 4
VIEWERS = 2
PULL_FROM = 100  # more than there are people: only `rise` makes somebody pulled
who = st.integers(0, PEOPLE - 1)
viewer_and_who = st.integers(0, VIEWERS * PEOPLE - 1)
steps = st.one_of(
    st.tuples(st.just("publish"), who),
    st.tuples(st.just("publish"), who),
    st.tuples(st.sampled_from(["publish_late", "publish_for_few"]), who),
    st.tuples(st.sampled_from(["follow", "unfollow", "mute", "unmute", "block", "unblock"]), viewer_and_who),
    st.tuples(st.sampled_from(["mute_for_a_time", "let_mute_end", "befriend", "unfriend"]), viewer_and_who),
    st.tuples(st.sampled_from(["suspend", "reinstate", "rise", "rise", "sink"]), who),
    st.tuples(st.sampled_from(["archive", "restore", "push_again"]), st.integers(0, 30)),
    st.tuples(
        st.sampled_from(["drain", "read", "flush", "evict_list", "evict_hash", "cut", "rebuild"]),
        st.integers(0, VIEWERS - 1),
    ),
)


class World:
    """Two viewers, four people of whom the last is the first viewer, and what may happen."""

    def __init__(self) -> None:
        self.viewers = [factories.person() for _ in range(VIEWERS)]
        self.people = [factories.person() for _ in range(PEOPLE - 1)] + self.viewers[:1]
        self.posts: list[Post] = []

    def pair(self, number: int) -> tuple[User, User]:
        """A viewer and one of the people."""
        return self.viewers[number // PEOPLE], self.people[number % PEOPLE]

    def publish(self, author: int, timeline_id: int | None = None, **fields: str) -> None:
        post = factories.post(self.people[author], photos=0, **fields)
        if timeline_id:
            Post.objects.filter(pk=post.pk).update(timeline_id=timeline_id)
        self.posts.append(post)
        record("post_published", post_id=post.pk, author_id=post.author_id)

    def publish_late(self, author: int) -> None:
        """Its id is older than that of a post which is out before it."""
        (number,) = generate_ids()
        self.publish((author + 1) % PEOPLE)
        self.publish(author, timeline_id=number)

    def publish_for_few(self, author: int) -> None:
        self.publish(author, audience=Audience.CLOSE_FRIENDS)

    def befriend(self, number: int) -> None:
        """The person counts the viewer as close."""
        viewer, person = self.pair(number)
        if person != viewer and not self.blocks_between(viewer, person):
            social.add_close_friend(owner=person, friend=viewer)

    def unfriend(self, number: int) -> None:
        viewer, person = self.pair(number)
        social.remove_close_friend(owner=person, username=viewer.username)

    def blocks_between(self, viewer: User, person: User) -> bool:
        return Block.objects.filter(blocker__in=[viewer, person], blocked__in=[viewer, person]).exists()

    def follow(self, number: int) -> None:
        viewer, person = self.pair(number)
        if person != viewer and not self.blocks_between(viewer, person):
            social.follow(follower=viewer, followee=person)

    def unfollow(self, number: int) -> None:
        viewer, person = self.pair(number)
        social.unfollow(follower_id=viewer.pk, followee_id=person.pk)

    def mute(self, number: int) -> None:
        viewer, person = self.pair(number)
        if person != viewer:
            social.mute(muter=viewer, muted=person)

    def mute_for_a_time(self, number: int) -> None:
        viewer, person = self.pair(number)
        if person != viewer:
            social.mute(muter=viewer, muted=person, until=timezone.now() + timedelta(hours=1))

    def let_mute_end(self, number: int) -> None:
        viewer, person = self.pair(number)
        mutes = Mute.objects.filter(muter=viewer, muted=person, expires_at__isnull=False)
        mutes.update(expires_at=timezone.now() - timedelta(seconds=1))

    def unmute(self, number: int) -> None:
        viewer, person = self.pair(number)
        social.unmute(muter=viewer, username=person.username)

    def block(self, number: int) -> None:
        viewer, person = self.pair(number)
        if person != viewer:
            social.block(blocker=viewer, blocked=person)

    def unblock(self, number: int) -> None:
        viewer, person = self.pair(number)
        social.unblock(blocker=viewer, username=person.username)

    def rise(self, number: int) -> None:
        """So many follow the person that their posts are pulled."""
        self.users(number).update(followers_count=PULL_FROM)

    def sink(self, number: int) -> None:
        self.users(number).update(followers_count=0)

    def users(self, number: int) -> QuerySet[User]:
        return User.objects.get_queryset().filter(pk=self.people[number].pk)

    def suspend(self, number: int) -> None:
        if self.people[number] not in self.viewers:
            self.users(number).update(suspended_at=timezone.now())

    def reinstate(self, number: int) -> None:
        self.users(number).update(suspended_at=None)

    def archive(self, number: int) -> None:
        Post.objects.filter(pk__in=[post.pk for post in self.posts[number : number + 1]]).update(
            archived_at=timezone.now()
        )

    def restore(self, number: int) -> None:
        for post in self.posts[number : number + 1]:
            if Post.objects.filter(pk=post.pk).update(archived_at=None):
                record("post_restored", post_id=post.pk, author_id=post.author_id)

    def push_again(self, number: int) -> None:
        for post in self.posts[number : number + 1]:
            timelines.push([viewer.pk for viewer in self.viewers], post.timeline_id)

    def drain(self, _: int) -> None:
        drain()

    def read(self, viewer: int) -> None:
        reading.page(self.viewers[viewer], limit=3)

    def flush(self, _: int) -> None:
        feeds().flushdb()

    def evict_list(self, viewer: int) -> None:
        feeds().delete(timelines.key_of(self.viewers[viewer].pk))

    def evict_hash(self, viewer: int) -> None:
        feeds().delete(f"{timelines.key_of(self.viewers[viewer].pk)}:meta")

    def cut(self, viewer: int) -> None:
        timelines.merge(self.viewers[viewer].pk, [], floor=0)

    def rebuild(self, viewer: int) -> None:
        actions.build(user=self.viewers[viewer], force=True)

    def pages(self, viewer: User) -> list[int]:
        page = reading.page(viewer, limit=3)
        ids = [row[0] for row in page.rows]
        while page.position:
            page = reading.page(viewer, limit=3, below=page.position)
            ids += [row[0] for row in page.rows]
        return ids

    def truth(self, viewer: User) -> list[int]:
        posts = Post.objects.in_feed_of(viewer).order_by("-timeline_id")
        return list(posts.values_list("pk", flat=True))

    def indexes(self, viewer: User) -> list[int]:
        """The pages, as places in the order of publication: what two worlds of one story have in common."""
        places = {post.pk: place for place, post in enumerate(self.posts)}
        return [places[number] for number in self.pages(viewer)]


@pytest.fixture
def _small(settings):
    """Everything happens within a dozen posts."""
    settings.FEED_KEEP, settings.FEED_CUT_ABOVE, settings.FEED_SIZE = 5, 7, 3
    settings.FEED_MERGE_ON_FOLLOW, settings.FANOUT_CHUNK = 2, 2
    settings.PULL_FROM = PULL_FROM


def told(story: list[tuple[str, int]]) -> World:
    """The world after the story; what is read on the way is true, if late."""
    feeds().flushdb()
    world = World()
    for step, argument in story:
        getattr(world, step)(argument)
        if step == "read":
            viewer = world.viewers[argument]
            truth, shown = world.truth(viewer), world.pages(viewer)
            assert shown == [number for number in truth if number in shown]
    drain()
    return world


@pytest.mark.usefixtures("_small")
@given(story=st.lists(steps, min_size=5, max_size=40))
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
def test_the_pages_are_the_truth(db, story):
    with transaction.atomic():
        world = told(story)
        for viewer in world.viewers:
            assert world.pages(viewer) == world.truth(viewer)
        transaction.set_rollback(True)


@pytest.mark.usefixtures("_small")
@given(story=st.lists(steps, min_size=5, max_size=40))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
def test_pulled_pushed_or_in_turns_the_pages_are_the_same(db, story):
    """Everybody is pulled (from no follower on), those who rise are, nobody is."""
    pages = []
    for pull_from in (0, PULL_FROM, 10 * PULL_FROM):
        with transaction.atomic(), override_settings(PULL_FROM=pull_from):
            world = told(story)
            pages.append([world.indexes(viewer) for viewer in world.viewers])
            transaction.set_rollback(True)
    assert pages[0] == pages[1] == pages[2]
