"""Reading a page of the feed: Redis orders, Postgres decides.

From the precomputed ids down to their floor, from Postgres below it and whenever there are none; either way through
`in_feed_of(viewer)`, so a stale list can be late but never leak, and what the viewer has just posted is there.
"""

import logging
from dataclasses import dataclass

import redis
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Func, QuerySet, Value, prefetch_related_objects
from django.db.models.expressions import Combinable

from api.ids import MAX_ID
from api.load_shedding import CircuitBreaker, ConcurrencyLimiter
from feed import actions, timelines
from feed.newest import among, authors_shown_to, ids_of, newest
from feed.timelines import Timeline
from posts.models import Post

logger = logging.getLogger(__name__)
CACHE, REBUILT, DATABASE = "cache", "rebuilt", "database"
redis_breaker = CircuitBreaker(seconds=2)
database_limiter = ConcurrencyLimiter(8, wait_seconds=2)  # so that a lost Redis does not drown Postgres


@dataclass(frozen=True)
class Page:
    """Posts newest first; `position` is where the next page goes on, None if this is the last."""

    posts: list[Post]
    position: int | None
    source: str
    generated_at: str


def page(viewer: AbstractBaseUser, *, limit: int, below: int = MAX_ID) -> Page:
    """At most `limit` posts with timeline ids below `below`; `Problem("busy")` if too many read from Postgres."""
    timeline, source = _precomputed(viewer, first_page=below == MAX_ID)
    if timeline is not None and below > timeline.floor:
        return page_from(viewer, timeline, source=source, limit=limit, below=below)
    with database_limiter.slot():
        shown = _shown_to(viewer)
        posts = _newest_posts(shown, viewer, limit + 1, below)
        return _page(shown, posts, limit, DATABASE, timelines.now_text())


def page_from(viewer: AbstractBaseUser, timeline: Timeline, *, source: str, limit: int, below: int = MAX_ID) -> Page:
    """The page a precomputed feed gives; what its hidden posts leave empty is filled from below its floor."""
    shown = _shown_to(viewer)
    posts = _posts_of(shown, viewer, timeline, limit + 1, below)
    if timeline.floor and len(posts) <= limit:
        posts += _newest_posts(shown, viewer, limit + 1 - len(posts), timeline.floor)
    return _page(shown, posts, limit, source, timeline.built_at)


def _precomputed(viewer: AbstractBaseUser, *, first_page: bool) -> tuple[Timeline | None, str]:
    """The feed in Redis; a first page that finds none builds it, unless somebody is at it."""
    if redis_breaker.is_open():
        return None, DATABASE
    try:
        timeline = timelines.read(viewer.pk)
        if timeline is not None or not first_page:
            return timeline, CACHE
        with database_limiter.slot():
            built = actions.build(user=viewer)
        return (timelines.read(viewer.pk) if built else None), REBUILT
    except redis.RedisError as error:
        redis_breaker.trip()
        logger.warning("feeds are read from Postgres: %s", error)
        return None, DATABASE


def _shown_to(viewer: AbstractBaseUser) -> QuerySet[Post]:
    """Everything that may be shown, dressed for it: the one way by which posts get into a page."""
    return Post.objects.in_feed_of(viewer).for_display(viewer).order_by("-timeline_id")


def _posts_of(
    shown: QuerySet[Post], viewer: AbstractBaseUser, timeline: Timeline, count: int, below: int
) -> list[Post]:
    """The newest of those ids that the viewer may see, and of the viewer's own posts, which may not be pushed yet."""
    own = Post.objects.live().filter(author=viewer.pk, timeline_id__gte=timeline.floor, timeline_id__lt=below)
    ids = Value([number for number in timeline.ids if number < below], ArrayField(BigIntegerField()))
    own_ids = ArraySubquery(own.order_by("-timeline_id").values("timeline_id")[:count])
    return _rows(shown, Func(ids, own_ids, function="array_cat"), count)


def _newest_posts(shown: QuerySet[Post], viewer: AbstractBaseUser, count: int, below: int) -> list[Post]:
    """The newest below `below` as Postgres has them."""
    return _rows(shown, ids_of(newest(authors_shown_to(viewer), count=count, below=below)), count)


def _rows(shown: QuerySet[Post], ids: Combinable, count: int) -> list[Post]:
    return list(shown.filter(among(ids)).prefetch_related(None)[:count])


def _page(shown: QuerySet[Post], posts: list[Post], limit: int, source: str, generated_at: str) -> Page:
    position = posts[limit - 1].timeline_id if len(posts) > limit else None
    lookups = shown._prefetch_related_lookups  # type: ignore[attr-defined]  # for both halves of a page at once
    prefetch_related_objects(posts[:limit], *lookups)
    return Page(posts[:limit], position, source, generated_at)
