"""Reading a page of explore: Redis orders, Postgres decides.

The list is read from Redis; without Redis, or before there is a list, a smaller one is computed as of the moment that
the cursor names. Either way each post passes the visibility rule and is public by somebody one does not follow.
"""

import logging
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import redis
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import F, Func, IntegerField, QuerySet
from django.utils import timezone

from api.compiled import Parameters, any_of, compiled
from api.load_shedding import CircuitBreaker, ConcurrencyLimiter
from posts.cards import rows_with_json
from posts.models import Post, Reaction
from posts.models.posts import CardRow, PostQuerySet
from search.explore import snapshots
from search.explore.ranking import popular_ids
from search.explore.snapshots import Snapshot
from search.result import Position, ResultPage
from search.suggestions.friends import NAMED, cards_of, friends_of, reason_as_json
from social.visibility import followed_by, muted_by

logger = logging.getLogger(__name__)
LIKED, POPULAR, RECENT = "liked_by_people_you_follow", "popular", "recent"
NEWEST_WITHOUT_REDIS = 2000
SLICE = 3  # times the length of a page: so many posts are looked at first
redis_breaker = CircuitBreaker(seconds=2)
database_limiter = ConcurrencyLimiter(4, wait_seconds=2)  # so that a lost Redis does not drown Postgres


def explore_page(*, viewer: AbstractBaseUser, after: Position | None, limit: int) -> ResultPage:
    """Popular posts of people the viewer does not follow, best first; pages stay within one version of the list."""
    version, last = (int(after[0]), int(after[1])) if after else (None, None)
    return page_of_snapshot(_snapshot(version), viewer=viewer, last=last, limit=limit)


def page_of_snapshot(snapshot: Snapshot, *, viewer: AbstractBaseUser, last: int | None, limit: int) -> ResultPage:
    """What of a list the viewer is shown, after the post `last`; from its start if that is not in the list."""
    rest = snapshot.ids[snapshot.ids.index(last) + 1 :] if last in snapshot.ids else snapshot.ids
    rows = _shown(viewer, rest, limit + 1)
    shown = rows[:limit]
    return ResultPage(_entries(viewer, shown), [snapshot.version, shown[-1][0]] if len(rows) > limit else None)


def _shown(viewer: AbstractBaseUser, ids: list[int], count: int) -> list[CardRow]:
    """The first `count` of these posts that are shown to the viewer. Few are hidden, so that mostly the first of them
    are enough; else all others are looked at."""
    first = SLICE * count
    rows = _first(count=count).rows(viewer=viewer.pk, posts=ids[:first])
    if len(rows) < count and len(ids) > first:
        rows += _first(count=count - len(rows)).rows(viewer=viewer.pk, posts=ids[first:])
    return rows


def _snapshot(version: int | None) -> Snapshot:
    """The list of a version, or the newest; computed here if it is not in Redis."""
    if not redis_breaker.is_open():
        try:
            found = snapshots.read(version)
            if found is not None:
                return found
        except redis.RedisError as error:
            redis_breaker.trip()
            logger.warning("explore is computed by requests: %s", error)
    version = int(timezone.now().timestamp()) if version is None else version
    with database_limiter.slot():
        return Snapshot(version, popular_ids(at=datetime.fromtimestamp(version, UTC), newest=NEWEST_WITHOUT_REDIS))


def _shown_to(viewer: AbstractBaseUser) -> PostQuerySet:
    posts = Post.objects.public().visible_to(viewer).exclude(author=viewer.pk)
    return posts.exclude(followed_by(viewer)).exclude(muted_by(viewer))


@compiled
def _first(given: Parameters, *, count: int) -> QuerySet[Any, Any]:
    """The first `count` of these posts that are shown to the viewer, in their order."""
    viewer, ids = given.person("viewer"), given.ids("posts")
    posts = (
        _shown_to(viewer)
        .filter(any_of("pk", ids))
        .order_by(Func(ids, F("pk"), function="array_position", output_field=IntegerField()))
    )
    return posts.as_card_rows(viewer)[:count]


@compiled
def _likes(given: Parameters) -> QuerySet[Any, Any]:
    likes = Reaction.objects.likes().visible_to(given.person("viewer")).filter(any_of("post", given.ids("posts")))
    likes = likes.filter(any_of("user", given.ids("friends"))).order_by("-pk")
    return likes.values_list("post", "user")


def _entries(viewer: AbstractBaseUser, rows: list[CardRow]) -> list[bytes]:
    """Each post in its JSON, and why it is shown: how many of a sample of one's people like it, some of them named."""
    likers = _likers(viewer, [row[0] for row in rows])
    cards = cards_of(viewer, {user for users in likers.values() for user in users[:NAMED]})
    return [
        b'{"post":%b,"reason":%b}' % (post, _reason(row, likers[row[0]], cards))
        for row, post in rows_with_json(viewer, rows)
    ]


def _reason(row: CardRow, likers: list[int], cards: dict[int, bytes]) -> bytes:
    if likers:
        return reason_as_json(LIKED, len(likers), [cards[pk] for pk in likers[:NAMED] if pk in cards])
    likes, _, comments = row[6:9]
    return reason_as_json(POPULAR if likes or comments else RECENT, 0, [])


def _likers(viewer: AbstractBaseUser, ids: list[int]) -> dict[int, list[int]]:
    """Which of the viewer's people like each post, the latest first."""
    found: dict[int, list[int]] = defaultdict(list)
    for post, user in _likes().rows(viewer=viewer.pk, posts=ids, friends=friends_of(viewer)):
        found[post].append(user)
    return found
