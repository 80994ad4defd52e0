"""What happens to precomputed feeds: they are built, take in a new followee's posts, and get every new post pushed.

Posts of authors with very many followers are not pushed, but pulled when a feed is read (models.py:PulledAuthor). None
is lost on the way from one to the other, because whoever builds or adds to a feed does not ask for posts before asking
whose are pulled: what commits later and is not pushed is by an author who was pulled then, or who began after that.
"""

import os
import random
import socket
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from celery import current_task
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from accounts.models import User
from api.compiled import Parameters, compiled
from api.ids import MAX_ID, generate_ids
from api.metrics import FAN_OUTS
from events.actions import record
from events.decorators import extend_lease
from events.models import Delivery
from feed import timelines
from feed.models import PulledAuthor
from feed.newest import authors_kept_for, authors_pulled_now_for, follows_kept, ids_of, newest
from posts.models import Post
from social.models import Audience, CloseFriend, Follow

PUSHED_AGAIN_BELOW = 0.8  # of the followers from which on posts are pulled, so that few cross to and fro
NUMBERING_LOCK = 4_607_125  # of PostgreSQL's advisory locks: an arbitrary number, for what gives out `number`


def build(*, user: AbstractBaseUser, force: bool = False) -> bool:
    """Computes the feed from Postgres, unless it is there (and not to be made `force`) or somebody is at it.

    The mark stands before the snapshot is taken: a post that commits later finds a list to be pushed on.
    """
    token = timelines.begin(user.pk, force=force)
    if token is None:
        return False
    try:
        ids, pulled, upto = snapshot(user=user)
    except BaseException:
        timelines.abandon(user.pk, token)
        raise
    return timelines.complete(user.pk, token, ids, by=_who(), pulled=pulled, pulled_upto=upto)  # cuts, sets the floor


def snapshot(*, user: AbstractBaseUser) -> tuple[list[int], list[int], int]:
    """What a feed built now would hold, in one statement: the newest ids, and one more if there is more; the authors
    who are pulled into it; the number up to which all of these are known.
    """
    row = _snapshot(count=settings.FEED_KEEP + 1).first(user=user.pk)
    if row is None:
        raise User.DoesNotExist
    ids, pulled, upto = row
    return ids, pulled, upto or 0


@compiled
def _snapshot(given: Parameters, *, count: int) -> QuerySet[Any, Any]:
    user = given.person("user")
    return (
        User.objects.get_queryset()
        .filter(pk=user.pk)
        .values_list(
            ids_of(newest(authors_kept_for(user), user, count=count)),
            ArraySubquery(authors_pulled_now_for(user)),
            Subquery(PulledAuthor.objects.order_by("-number").values("number")[:1]),
        )
    )


def prepare() -> None:
    """Compiles what a feed is built from."""
    _snapshot(count=settings.FEED_KEEP + 1)


def warm_up() -> None:
    """Reads what the feed of nobody would be built from, on this thread's connection."""
    _snapshot(count=settings.FEED_KEEP + 1).first(user=0)


def backfill(*, user: AbstractBaseUser, followee_id: int) -> None:
    """Merges the newest posts of a followee who is new, or no longer muted for good; builds the feed if there is none.

    Of an author who is pulled, all posts are there from now on. Else, if the followee has older posts than those, the
    feed is complete only down to the oldest of them. Where that would leave less than a page, it is built anew instead.
    """
    if not follows_kept().filter(follower=user.pk, followee=followee_id).exists():
        return
    if PulledAuthor.objects.current().filter(author=followee_id).exists():
        if not timelines.pull(user.pk, followee_id):
            build(user=user)
        return
    most = settings.FEED_MERGE_ON_FOLLOW
    posts = Post.objects.live().for_audience_with(user).filter(author=followee_id).order_by("-timeline_id")
    ids = [number for number in posts.values_list("timeline_id", flat=True)[: most + 1] if number]
    floor = ids[most - 1] if len(ids) > most else 0
    count = timelines.merge(user.pk, ids[:most], floor=floor)
    if count is None:
        build(user=user)
    elif floor and count < settings.FEED_SIZE:
        build(user=user, force=True)


def merge_close_posts(*, user: AbstractBaseUser, followee_id: int) -> None:
    """As `backfill`, if the followee has shared anything with close friends.

    Else nothing: that the feed was built at this moment would tell the user that they are on the list now.
    """
    if Post.objects.live().filter(author=followee_id).exclude(audience=Audience.FOLLOWERS).exists():
        backfill(user=user, followee_id=followee_id)


def purge_person(*, user_id: int) -> None:
    """Forgets the feed of somebody who is purged, and by which way their posts travelled. In others' feeds ids are left
    that lead nowhere, until they are cut off."""
    if User.objects.get_queryset().purged().filter(pk=user_id).exists():
        PulledAuthor.objects.filter(author=user_id).delete()
        timelines.forget(user_id)


def fan_out(*, post_id: int, delivery: Delivery) -> None:
    """Pushes a post on the feeds of its author and their followers; beyond one chunk, leaves ranges of them to others.

    Of an author who is pulled, on the author's own alone. Repeated, it pushes again what it had not noted down as
    pushed, which readers do not notice.
    """
    post = Post.objects.live().filter(pk=post_id).select_related("author").first()
    if post is None or post.timeline_id is None or delivery.progress.get("split"):
        return
    author_id, timeline_id = post.author_id, post.timeline_id
    after = delivery.progress.get("pushed_to", 0)
    timelines.push([author_id], timeline_id)
    if _is_pulled(author_id, post.author.followers_count):
        FAN_OUTS.labels("pulled").inc()
        return
    FAN_OUTS.labels("pushed").inc()
    followers = _followers(post, after, MAX_ID)[: settings.FANOUT_CHUNK + 1]
    if len(followers) > settings.FANOUT_CHUNK:
        _split(delivery, post, after=after)
    else:
        _push_all(list(followers), timeline_id, delivery)


def push_range(*, post_id: int, timeline_id: int, author_id: int, after: int, upto: int, delivery: Delivery) -> None:
    """Pushes a post on the feeds of the followers with ids above `after`, up to `upto`."""
    post = Post.objects.live().filter(pk=post_id).first()
    if post is not None:
        followers = _followers(post, delivery.progress.get("pushed_to", after), upto)
        _push_all(list(followers), timeline_id, delivery)


def _is_pulled(author_id: int, followers: int) -> bool:
    """Whether the author's posts are pulled, by the followers there are now and what they were until now."""
    is_pulled = PulledAuthor.objects.current().filter(author=author_id).exists()
    if is_pulled and followers < settings.PULL_FROM * PUSHED_AGAIN_BELOW:
        PulledAuthor.objects.current().filter(author=author_id).update(ended_at=timezone.now())
        return False
    if not is_pulled and followers >= settings.PULL_FROM:
        _begin_pulling(author_id)
        return True
    return is_pulled


@transaction.atomic
def _begin_pulling(author_id: int) -> None:
    """One at a time, so that numbers are given out in the order of commits: who has read one has read all below."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERING_LOCK])
    new = {"number": generate_ids()[0], "ended_at": None}
    PulledAuthor.objects.update_or_create(author_id=author_id, defaults=new)


def _followers(post: Post, after: int, upto: int) -> QuerySet[Follow, int]:
    """Those in the post's audience."""
    rows = follows_kept().filter(followee=post.author_id, follower__gt=after, follower__lte=upto)
    if not post.is_for_all:
        rows = rows.filter(Exists(CloseFriend.objects.filter(owner=post.author_id, friend=OuterRef("follower"))))
    return rows.order_by("follower_id").values_list("follower_id", flat=True)


def _push_all(user_ids: Sequence[int], timeline_id: int, delivery: Delivery) -> None:
    """In batches; after each it is written down how far it came, and the lease begins again."""
    size = timelines.PUSHES_AT_ONCE
    for start in range(0, len(user_ids), size):
        batch = user_ids[start : start + size]
        timelines.push(batch, timeline_id)
        if start + size < len(user_ids):
            extend_lease(delivery, pushed_to=batch[-1])


def _split(delivery: Delivery, post: Post, *, after: int) -> None:
    """Records an event for each range of followers, in random order so that the same people are not always last."""
    numbered = _followers(post, after, MAX_ID).annotate(place=Window(RowNumber(), order_by="follower_id"))
    ends = numbered.annotate(rest=F("place") % settings.FANOUT_CHUNK).filter(rest=0)
    edges = [after, *ends.values_list("follower_id", flat=True), MAX_ID]
    ranges = list(pairwise(edges))
    random.shuffle(ranges)
    with transaction.atomic():
        for start, end in ranges:
            record(
                "feed_range_due",
                post_id=post.pk,
                timeline_id=post.timeline_id,
                author_id=post.author_id,
                after=start,
                upto=end,
            )
        extend_lease(delivery, split=True)


def _who() -> str:
    """The worker (or the web process, for a miss) that builds."""
    name = current_task.request.hostname if current_task else None
    return f"{name or socket.gethostname()} ({os.getpid()})"
