"""Ids of the world's rows, in the layout of api/ids.py and at the moments that they tell."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np

from api.ids import TIME_SHIFT, id_at
from devtools.bench.feed.world.sizes import Size

DAYS = 30  # over which the posts are spread; the newest is an hour old
AVATARS_DAYS = 60  # ago
STORY = 600  # sequence number, so that a story shares no id with an avatar of the same millisecond


def post_ids(size: Size, begun: datetime, start: int, end: int) -> Any:
    """Of posts in their order, evenly spread over the days."""
    first = id_at(begun - timedelta(days=DAYS)) >> TIME_SHIFT
    step = max(1, (DAYS * 86_400_000 - 3_600_000) // max(1, size.posts))  # milliseconds
    return (first + np.arange(start, end, dtype=np.int64) * step) << TIME_SHIFT


def media_of(post_ids: Any, places: Any) -> Any:
    """The ids of posts' media: of the same millisecond."""
    return post_ids + places + 1


def avatar_id(begun: datetime, number: int) -> int:
    """Of the picture of a person."""
    return id_at(begun - timedelta(days=AVATARS_DAYS) + timedelta(milliseconds=number))


def has_avatar(number: int) -> bool:
    """Whoever may post, and the special people by chance."""
    return number % 5 < 3


def story_id(begun: datetime, number: int) -> int:
    return avatar_id(begun, number) + STORY
