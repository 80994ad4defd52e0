"""Reading a page of explore: Redis orders, Postgres decides.

The list is read from Redis; without Redis, or before there is a list, a smaller one is computed as of the moment that
the cursor names. Either way each post passes the visibility rule and is public by somebody one does not follow.
"""

import logging
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime

import redis
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from api.load_shedding import CircuitBreaker, ConcurrencyLimiter
from posts.models import Post, Reaction
from search.explore import snapshots
from search.explore.ranking import popular_ids
from search.explore.snapshots import Snapshot
from search.result import Position, ResultPage
from search.suggestions.friends import NAMED, cards_of, friends_of
from social.visibility import followed_by, muted_by

logger = logging.getLogger(__name__)
LIKED, POPULAR, RECENT = "liked_by_people_you_follow", "popular", "recent"
NEWEST_WITHOUT_REDIS = 2000
redis_breaker = CircuitBreaker(seconds=2)
database_limiter = ConcurrencyLimiter(4, wait_seconds=2)  # so that a lost Redis does not drown Postgres


@dataclass(frozen=True)
class Entry:
    """A post and why it is shown: `count` of the people one follows (of a sample) like it, some of them named."""

    post: Post
    kind: str
    count: int = 0
    people: list[User] = field(default_factory=list)


def explore_page(*, viewer: AbstractBaseUser, after: Position | None, limit: int) -> ResultPage:
    """Popular posts of people the viewer does not follow, best first; pages stay within one version of the list."""
    version, offset = (int(after[0]), int(after[1])) if after else (None, 0)
    return page_of_snapshot(_snapshot(version), viewer=viewer, offset=offset, limit=limit)


def page_of_snapshot(snapshot: Snapshot, *, viewer: AbstractBaseUser, offset: int, limit: int) -> ResultPage:
    """What of a list the viewer is shown, from a place in it on."""
    rest = snapshot.ids[offset:]
    shown = _shown_to(viewer)
    visible = set(shown.filter(pk__in=rest).values_list("pk", flat=True))
    places = [place for place, pk in enumerate(rest) if pk in visible]
    ids = [rest[place] for place in places[:limit]]
    more = len(places) > limit
    return ResultPage(
        _entries(viewer, shown, ids), [snapshot.version, offset + places[limit - 1] + 1] if more else None
    )


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


def _shown_to(viewer: AbstractBaseUser) -> QuerySet[Post]:
    posts = Post.objects.public().visible_to(viewer).exclude(author=viewer.pk)
    return posts.exclude(followed_by(viewer)).exclude(muted_by(viewer))


def _entries(viewer: AbstractBaseUser, shown: QuerySet[Post], ids: list[int]) -> list[Entry]:
    posts = {post.pk: post for post in shown.filter(pk__in=ids).for_display(viewer)}  # type: ignore[attr-defined]
    likers = _likers(viewer, ids)
    cards = cards_of(viewer, {user for users in likers.values() for user in users[:NAMED]})
    return [_entry(posts[pk], likers[pk], cards) for pk in ids if pk in posts]


def _entry(post: Post, likers: list[int], cards: dict[int, User]) -> Entry:
    if likers:
        return Entry(post, LIKED, len(likers), [cards[pk] for pk in likers[:NAMED] if pk in cards])
    return Entry(post, POPULAR if post.likes_count or post.comments_count else RECENT)


def _likers(viewer: AbstractBaseUser, ids: list[int]) -> dict[int, list[int]]:
    """Which of the viewer's people like each post, the latest first."""
    found: dict[int, list[int]] = defaultdict(list)
    likes = Reaction.objects.likes().visible_to(viewer).filter(post__in=ids, user__in=friends_of(viewer))
    for post, user in likes.order_by("-pk").values_list("post", "user"):
        found[post].append(user)
    return found
