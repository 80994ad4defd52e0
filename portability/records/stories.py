"""Stories and highlights of a person, and which stories they have seen."""

from collections.abc import Iterator
from typing import Any

from accounts.models import User
from portability.records.media import CHUNK
from stories.models import Highlight, Seen, Story


def stories(person: User) -> Iterator[dict[str, Any]]:
    rows = Story.objects.filter(author=person, deleted_at__isnull=True, removed_at__isnull=True).order_by("pk")
    for story in rows.iterator(CHUNK):
        yield {
            "id": str(story.pk),
            "media": str(story.media_id),
            "created_at": story.created_at,
            "published_at": story.published_at,
            "expires_at": story.expires_at,
            "audience": story.audience,
        }


def seen_stories(person: User) -> Iterator[dict[str, Any]]:
    rows = Seen.objects.filter(viewer=person).order_by("pk").values_list("story_id", "seen_at")
    for story_id, seen_at in rows.iterator(CHUNK):
        yield {"story": str(story_id), "seen_at": seen_at}


def highlights(person: User) -> Iterator[dict[str, Any]]:
    rows = Highlight.objects.owned_by(person).prefetch_related("items").order_by("pk")
    for highlight in rows.iterator(CHUNK):
        items = sorted(highlight.items.all(), key=lambda item: item.position)
        yield {
            "id": str(highlight.pk),
            "title": highlight.title,
            "stories": [str(item.story_id) for item in items],
            "cover_story": str(highlight.cover_story_id) if highlight.cover_story_id else None,
            "cover_media": str(highlight.cover_media_id) if highlight.cover_media_id else None,
            "created_at": highlight.created_at,
        }
