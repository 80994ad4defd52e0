"""Comparing precomputed feeds with the SQL truth, and building anew those that differ."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import redis
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache
from django.utils import timezone

from accounts.models import User
from api.compiled import any_of
from api.ids import id_at
from api.metrics import FEED_DIFFERENCES, FEEDS_AUDITED
from feed import actions, reading, timelines
from feed.models import PulledAuthor
from feed.newest import authors_kept_for, ids_of, newest
from feed.timelines import Timeline
from posts.models import Post

logger = logging.getLogger(__name__)
SAMPLE = 100
ON_ITS_WAY = timedelta(seconds=60)  # a post younger than this may still be travelling
MAX_UNKNOWN_PULLED = 100
CURSOR_KEY = "feed-audit-cursor"


@dataclass(frozen=True)
class Difference:
    """Timeline ids by which a feed differs from the truth.

    `missing`: should be in the list, down to its floor, and is not pulled either. `extra`: of somebody no longer
    followed, or no longer live; never shown, cutting forgets them. `forbidden`: the answer shows it and the rule says
    no.
    """

    missing: set[int] = field(default_factory=set)
    extra: set[int] = field(default_factory=set)
    forbidden: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.missing or self.extra or self.forbidden)


@dataclass
class Totals:
    """Sums over feeds."""

    checked: int = 0
    differing: int = 0
    missing: int = 0
    extra: int = 0
    forbidden: int = 0

    def add(self, difference: Difference) -> None:
        self.checked += 1
        self.differing += bool(difference)
        self.missing += len(difference.missing)
        self.extra += len(difference.extra)
        self.forbidden += len(difference.forbidden)

    def __str__(self) -> str:
        return (
            f"checked={self.checked} differing={self.differing} "
            f"missing={self.missing} extra={self.extra} forbidden={self.forbidden}"
        )


def compare(user: AbstractBaseUser, timeline: Timeline) -> Difference:
    """How the feed that Redis holds (and the page it gives) differs from what Postgres says."""
    held = set(timeline.ids)
    kept = Post.objects.live().filter(author__in=authors_kept_for(user), timeline_id__in=held)
    shown = {row[1] for row in reading.page_from(user, timeline, source="", limit=settings.FEED_SIZE).rows}
    allowed = Post.objects.in_feed_of(user).filter(timeline_id__in=shown)
    return Difference(
        missing=_due(user, timeline.floor) - held - reading.pulled_into(user, timeline, count=settings.FEED_CUT_ABOVE),
        extra=held - set(kept.values_list("timeline_id", flat=True)),
        forbidden={number for number in shown if number} - set(allowed.values_list("timeline_id", flat=True)),
    )


def _due(user: AbstractBaseUser, floor: int) -> set[int]:
    """What must have arrived in a feed by now, down to its floor (at most as much as a list holds)."""
    kept = newest(authors_kept_for(user), user, count=settings.FEED_CUT_ABOVE)
    rows = Post.objects.in_feed_of(user).filter(any_of("timeline_id", ids_of(kept)), timeline_id__gte=floor)
    arrived = rows.filter(timeline_id__lt=id_at(timezone.now() - ON_ITS_WAY))
    return {number for number in arrived.values_list("timeline_id", flat=True) if number}


def check(user_id: int, totals: Totals, *, repair: bool) -> Difference | None:
    """Compares one feed and, if asked to, builds it anew where it differs; None if there is nothing to compare."""
    user = User.objects.active().filter(pk=user_id).first()
    timeline = timelines.read(user_id, keep_alive=False)
    if user is None or timeline is None:
        return None
    difference = compare(user, timeline)
    totals.add(difference)
    count(difference)
    if repair and (difference or _knows_too_little(timeline)):
        actions.build(user=user, force=True)
    return difference


def _knows_too_little(timeline: Timeline) -> bool:
    """More authors have become pulled since it was built than each of its reads should have to look at."""
    return PulledAuthor.objects.filter(number__gt=timeline.pulled_upto).count() > MAX_UNKNOWN_PULLED


def count(difference: Difference) -> None:
    """Counts a compared feed for `/metrics`."""
    FEEDS_AUDITED.inc()
    for kind in ("missing", "extra", "forbidden"):
        FEED_DIFFERENCES.labels(kind).inc(len(getattr(difference, kind)))


def all_owners() -> Iterator[int]:
    """Everybody who has a feed."""
    cursor = 0
    while True:
        cursor, user_ids = timelines.owners(cursor, SAMPLE)
        yield from user_ids
        if cursor == 0:
            return


def audit_some() -> Totals:
    """The next few feeds of the round, repaired where they differ; the sums go to the log."""
    totals = Totals()
    try:
        cursor, user_ids = timelines.owners(cache.get(CURSOR_KEY, 0), SAMPLE)
        for user_id in user_ids:
            check(user_id, totals, repair=True)
        cache.set(CURSOR_KEY, cursor, timeout=None)
    except redis.RedisError as error:
        logger.warning("feeds cannot be audited: %s", error)
    logger.log(logging.WARNING if totals.missing or totals.forbidden else logging.INFO, "feed audit: %s", totals)
    return totals
