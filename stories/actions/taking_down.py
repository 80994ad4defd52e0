"""What moderation does to stories and highlights: takes them away from everybody and puts them back.

Each is for an id, changes nothing when repeated, and says whether anything changed. Nobody else can undo them.
"""

from django.db import transaction
from django.utils import timezone

from media.actions import give_back, withhold
from stories.actions.publishing import publish_if_ready
from stories.models import Highlight, Story


@transaction.atomic
def take_down(*, story_id: int) -> bool:
    """Hides a story from everybody, also in the highlights that hold it; addresses of its media end."""
    row = Story.objects.locked().filter(pk=story_id, deleted_at__isnull=True, removed_at__isnull=True).first()
    if row is None:
        return False
    row.removed_at = timezone.now()
    row.save(update_fields=["removed_at"])
    withhold(media_ids=[row.media_id])
    return True


@transaction.atomic
def put_back(*, story_id: int) -> bool:
    """Shows a story again where it would be by now: as current as its 24 hours say, in its highlights, or waiting."""
    row = Story.objects.locked().filter(pk=story_id, deleted_at__isnull=True, removed_at__isnull=False).first()
    if row is None:
        return False
    row.removed_at = None
    row.save(update_fields=["removed_at"])
    give_back(media_ids=[row.media_id])
    if row.timeline_id is None:
        publish_if_ready(story=row, media=row.media)
    return True


@transaction.atomic
def take_down_highlight(*, highlight_id: int) -> bool:
    """Hides a highlight: its title, its cover and what it collects. The stories themselves stay."""
    row = Highlight.objects.locked().filter(pk=highlight_id, removed_at__isnull=True).first()
    if row is None:
        return False
    row.removed_at = timezone.now()
    row.save(update_fields=["removed_at"])
    withhold(media_ids=_cover_of(row))
    return True


@transaction.atomic
def put_back_highlight(*, highlight_id: int) -> bool:
    """Shows a highlight again."""
    row = Highlight.objects.locked().filter(pk=highlight_id, removed_at__isnull=False).first()
    if row is None:
        return False
    row.removed_at = None
    row.save(update_fields=["removed_at"])
    give_back(media_ids=_cover_of(row))
    return True


def _cover_of(highlight: Highlight) -> list[int]:
    """The photo that it alone shows; a story that is its cover stays what it is."""
    return [] if highlight.cover_media_id is None else [highlight.cover_media_id]
