"""Whatever happens in whatever order, the pages of a feed are the SQL truth: nothing skipped, repeated or leaked.

Before the workers come, a feed may be late: then it shows some of the truth, in order. Once they have run, all of it.
Mutants: every one named in the other files here that loses or leaks; this one finds those nobody thought of.
"""

import pytest
from django.db import transaction
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
from tests.support import factories
from tests.support.outbox import drain

PEOPLE = 4
who = st.integers(0, PEOPLE - 1)
steps = st.one_of(
    st.tuples(st.just("publish"), who),
    st.tuples(st.just("publish"), who),
    st.tuples(st.just("publish_late"), who),
    st.tuples(st.sampled_from(["follow", "unfollow", "mute", "unmute", "block", "unblock"]), who),
    st.tuples(st.sampled_from(["suspend", "reinstate"]), who),
    st.tuples(st.sampled_from(["archive", "restore", "push_again"]), st.integers(0, 30)),
    st.tuples(st.sampled_from(["drain", "read", "flush", "evict_list", "evict_hash", "cut", "rebuild"]), st.just(0)),
)


class World:
    """A viewer, four people, and what may happen."""

    def __init__(self) -> None:
        self.viewer = factories.person()
        self.people = [factories.person() for _ in range(PEOPLE - 1)] + [self.viewer]
        self.posts: list[Post] = []

    def publish(self, author: int, timeline_id: int | None = None) -> None:
        post = factories.post(self.people[author], photos=0)
        if timeline_id:
            Post.objects.filter(pk=post.pk).update(timeline_id=timeline_id)
        self.posts.append(post)
        record("post_published", post_id=post.pk, author_id=post.author_id)

    def publish_late(self, author: int) -> None:
        """Its id is older than that of a post which is out before it."""
        (number,) = generate_ids()
        self.publish((author + 1) % PEOPLE)
        self.publish(author, timeline_id=number)

    def follow(self, number: int) -> None:
        person = self.people[number]
        if person != self.viewer and not self.viewer.blocking_set.filter(blocked=person).exists():
            social.follow(follower=self.viewer, followee=person)

    def unfollow(self, number: int) -> None:
        social.unfollow(follower_id=self.viewer.pk, followee_id=self.people[number].pk)

    def mute(self, number: int) -> None:
        if self.people[number] != self.viewer:
            social.mute(muter=self.viewer, muted=self.people[number])

    def unmute(self, number: int) -> None:
        social.unmute(muter=self.viewer, username=self.people[number].username)

    def block(self, number: int) -> None:
        if self.people[number] != self.viewer:
            social.block(blocker=self.viewer, blocked=self.people[number])

    def unblock(self, number: int) -> None:
        social.unblock(blocker=self.viewer, username=self.people[number].username)

    def suspend(self, number: int) -> None:
        if self.people[number] != self.viewer:
            User.objects.get_queryset().filter(pk=self.people[number].pk).update(suspended_at=timezone.now())

    def reinstate(self, number: int) -> None:
        User.objects.get_queryset().filter(pk=self.people[number].pk).update(suspended_at=None)

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
            timelines.push([self.viewer.pk], post.timeline_id)

    def drain(self, _: int) -> None:
        drain()

    def read(self, _: int) -> None:
        reading.page(self.viewer, limit=3)

    def flush(self, _: int) -> None:
        feeds().flushdb()

    def evict_list(self, _: int) -> None:
        feeds().delete(timelines.key_of(self.viewer.pk))

    def evict_hash(self, _: int) -> None:
        feeds().delete(f"{timelines.key_of(self.viewer.pk)}:meta")

    def cut(self, _: int) -> None:
        timelines.merge(self.viewer.pk, [], floor=0)

    def rebuild(self, _: int) -> None:
        actions.build(user=self.viewer, force=True)

    def pages(self) -> list[int]:
        page = reading.page(self.viewer, limit=3)
        ids = [row[0] for row in page.rows]
        while page.position:
            page = reading.page(self.viewer, limit=3, below=page.position)
            ids += [row[0] for row in page.rows]
        return ids

    def truth(self) -> list[int]:
        posts = Post.objects.in_feed_of(self.viewer).order_by("-timeline_id")
        return list(posts.values_list("pk", flat=True))


@pytest.fixture
def _small(settings):
    """Everything happens within a dozen posts."""
    settings.FEED_KEEP, settings.FEED_CUT_ABOVE, settings.FEED_SIZE = 5, 7, 3
    settings.FEED_MERGE_ON_FOLLOW, settings.FANOUT_CHUNK = 2, 2


@pytest.mark.usefixtures("_small")
@given(story=st.lists(steps, min_size=5, max_size=40))
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
def test_the_pages_are_the_truth(db, story):
    feeds().flushdb()
    with transaction.atomic():
        world = World()
        for step, argument in story:
            getattr(world, step)(argument)
            if step == "read":
                truth, shown = world.truth(), world.pages()
                assert shown == [number for number in truth if number in shown]
        drain()
        assert world.pages() == world.truth()
        transaction.set_rollback(True)
