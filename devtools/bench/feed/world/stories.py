"""Avatars, and a current story of every tenth person who may post."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from devtools.bench.feed.world import ids
from devtools.bench.feed.world.copying import copy_text
from devtools.bench.feed.world.media import Photo, copy_photos
from devtools.bench.feed.world.sizes import Size
from stories.models import Story

STORY_EVERY = 10


def copy_avatars(cursor: Any, size: Size, first: int, start: int, end: int, begun: datetime) -> None:
    """Of the people numbered above `start`, up to `end`; photos are numbered from `first` on."""
    people = [number for number in range(start + 1, end + 1) if ids.has_avatar(number)]
    photos = (Photo(first + number, ids.avatar_id(begun, number), number, references=2) for number in people)
    copy_photos(cursor, photos, size.seed, begun)


def copy_stories(cursor: Any, size: Size, start: int, end: int, begun: datetime) -> None:
    """They show their author's avatar."""
    rows = []
    expires = (begun + timedelta(hours=23)).isoformat()
    for number in range(start + 1, end + 1):
        if ids.has_avatar(number) and number // 5 % STORY_EVERY == 0:
            own = ids.story_id(begun, number)
            rows.append(f"{own}\t{number}\t{ids.avatar_id(begun, number)}\t{own}\t{begun.isoformat()}\t{expires}")
    names = ["id", "author_id", "media_id", "timeline_id", "published_at", "expires_at"]
    if rows:
        copy_text(cursor, Story, names, rows, begun)


def renew_stories() -> None:
    """Current again, for a world that was kept since yesterday."""
    now = timezone.now()
    stale = Story.objects.filter(expires_at__lt=now + timedelta(hours=6), timeline_id=F("id"))
    stale.update(published_at=now - timedelta(minutes=30), expires_at=now + timedelta(hours=23))
