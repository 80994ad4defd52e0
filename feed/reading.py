"""Reading a page of the feed: Redis orders, Postgres decides.

From the precomputed ids down to their floor, from Postgres below it and whenever there are none; either way through
`in_feed_of(viewer)`, so a stale list can be late but never leak, and what the viewer has just posted is there.
"""

import logging
from dataclasses import dataclass, replace
from typing import Any

import redis
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, QuerySet

from api.compiled import Parameters, any_of, compiled
from api.ids import MAX_ID
from api.load_shedding import CircuitBreaker, ConcurrencyLimiter
from api.pagination import Upwards, begin_upwards, go_on_upwards
from feed import actions, timelines
from feed.newest import authors_pulled_for, authors_shown_to, ids_of, newest, oldest
from feed.timelines import Timeline
from posts.models import Post
from posts.models.posts import CardRow

logger = logging.getLogger(__name__)
CACHE, REBUILT, DATABASE = "cache", "rebuilt", "database"
redis_breaker = CircuitBreaker(seconds=2)
database_limiter = ConcurrencyLimiter(8, wait_seconds=2)  # so that a lost Redis does not drown Postgres


@dataclass(frozen=True)
class Page:
    """Rows newest first; `position` is where the next page goes on, None if this is the last.

    `above` is where asking for what is newer than this page begins.
    """

    rows: list[CardRow]
    position: int | None
    above: Upwards
    source: str
    generated_at: str


def page(viewer: AbstractBaseUser, *, limit: int, below: int = MAX_ID) -> Page:
    """At most `limit` posts with timeline ids below `below`; `Problem("busy")` if too many read from Postgres."""
    timeline, source = _precomputed(viewer, first_page=below == MAX_ID)
    if timeline is not None and below > timeline.floor:
        return page_from(viewer, timeline, source=source, limit=limit, below=below)
    with database_limiter.slot():
        rows = _below(count=limit + 1).rows(viewer=viewer.pk, below=below)
        return _page(rows, limit, DATABASE, timelines.now_text(), below)


def page_from(viewer: AbstractBaseUser, timeline: Timeline, *, source: str, limit: int, below: int = MAX_ID) -> Page:
    """The page a precomputed feed gives; what its hidden posts leave empty is filled from below its floor."""
    ids = [number for number in timeline.ids if number < below]
    rows = _among(count=limit + 1).rows(
        viewer=viewer.pk,
        ids=ids,
        floor=timeline.floor,
        below=below,
        pulled=timeline.pulled,
        pulled_upto=timeline.pulled_upto,
    )
    if timeline.floor and len(rows) <= limit:
        rows += _below(count=limit + 1 - len(rows)).rows(viewer=viewer.pk, below=timeline.floor)
    return _page(rows, limit, source, timeline.built_at, below)


def prepare(*, limit: int) -> None:
    """Compiles the read of a first page, which takes some 50 ms, before anybody waits for it."""
    _among(count=limit + 1)


def warm_up(ids: list[int], *, limit: int) -> None:
    """Reads a first page of these timeline ids, for nobody, on this thread's connection."""
    _among(count=limit + 1).rows(viewer=0, ids=ids, floor=0, below=MAX_ID, pulled=[], pulled_upto=MAX_ID)


def pulled_into(viewer: AbstractBaseUser, timeline: Timeline, *, count: int) -> set[int]:
    """The newest timeline ids that a page of this feed pulls."""
    known, upto = timeline.pulled, timeline.pulled_upto
    return {row[0] for row in _pulled(count=count).rows(viewer=viewer.pk, below=MAX_ID, pulled=known, pulled_upto=upto)}


def page_above(viewer: AbstractBaseUser, *, limit: int, up: Upwards) -> Page:
    """The `limit` posts that came next after `up`, newest first, so that whoever goes on upwards misses none.

    Always from Postgres: a post may be on its way to the precomputed feed while a newer one is there already.
    """
    with database_limiter.slot():
        rows = _above(count=limit).rows(viewer=viewer.pk, above=up.position)[::-1]
    page = _page(rows, limit, DATABASE, timelines.now_text())
    newest, end = (rows[0][1], rows[-1][1]) if rows else (None, None)
    return replace(page, position=end, above=go_on_upwards(up, newest, full=len(rows) == limit))


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


def _shown_to(viewer: AbstractBaseUser, order: str = "-timeline_id") -> Any:
    """Everything that may be shown: the one way by which posts get into a page."""
    return Post.objects.in_feed_of(viewer).as_card_rows(viewer).order_by(order)


@compiled
def _among(given: Parameters, *, count: int) -> QuerySet[Any, Any]:
    """The newest, down to `floor`, of `ids` that the viewer may see, of the viewer's own posts, which may not be pushed
    yet, and of posts by authors who are pulled.
    """
    viewer = given.person("viewer")
    own = Post.objects.live().filter(
        author=viewer.pk, timeline_id__gte=given.id("floor"), timeline_id__lt=given.id("below")
    )
    own_ids = ArraySubquery(own.order_by("-timeline_id").values("timeline_id")[:count])
    ids = Func(Func(given.ids("ids"), own_ids, function="array_cat"), _pulled_ids(given, count), function="array_cat")
    rows = _shown_to(viewer).filter(any_of("timeline_id", ids), timeline_id__gte=given.id("floor"))
    return rows[:count]  # type: ignore[no-any-return]


def _pulled_ids(given: Parameters, count: int) -> Func:
    viewer = given.person("viewer")
    authors = authors_pulled_for(viewer, given.ids("pulled"), given.id("pulled_upto"))
    return ids_of(newest(authors, viewer, count=count, below=given.raw("below")))


@compiled
def _pulled(given: Parameters, *, count: int) -> QuerySet[Any, Any]:
    """What of `_among` comes from authors who are pulled."""
    return Post.objects.live().filter(any_of("timeline_id", _pulled_ids(given, count))).values_list("timeline_id")


@compiled
def _below(given: Parameters, *, count: int) -> QuerySet[Any, Any]:
    """The newest below `below` as Postgres has them."""
    viewer = given.person("viewer")
    ids = ids_of(newest(authors_shown_to(viewer), viewer, count=count, below=given.raw("below")))
    return _shown_to(viewer).filter(any_of("timeline_id", ids))[:count]  # type: ignore[no-any-return]


@compiled
def _above(given: Parameters, *, count: int) -> QuerySet[Any, Any]:
    """The oldest above `above`."""
    viewer = given.person("viewer")
    ids = ids_of(oldest(authors_shown_to(viewer), viewer, count=count, above=given.raw("above")))
    return _shown_to(viewer, "timeline_id").filter(any_of("timeline_id", ids))[:count]  # type: ignore[no-any-return]


def _page(rows: list[Any], limit: int, source: str, generated_at: str, below: int = MAX_ID) -> Page:
    shown: list[CardRow] = rows[:limit]
    position = shown[-1][1] if len(rows) > limit else None
    above = begin_upwards(shown[0][1] or 0 if shown else below - 1)
    return Page(shown, position, above, source, generated_at)
