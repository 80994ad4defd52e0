"""Taking over a story from elsewhere, into its author's archive."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import User
from api.ids import id_of_imported
from api.problems import Invalid
from media.actions import attach
from stories.actions.publishing import is_too_long
from stories.limits import MAX_VIDEO_SECONDS
from stories.models import Story


@transaction.atomic
def import_story(*, author: User, media_id: int, shared_at: datetime, order: int, audience: str) -> Story:
    """Makes a story of a media that is ready; its 24 hours ran when they did.

    `Invalid` for a video that is too long.
    """
    (media,) = attach(owner=author, media_ids=[media_id])
    if is_too_long(media):
        raise Invalid("media", "video_too_long", f"A story's video is at most {MAX_VIDEO_SECONDS} seconds long")
    timeline_id = id_of_imported(shared_at, order)
    if Story.objects.filter(timeline_id=timeline_id).exists():  # somebody else's, of the same moment
        timeline_id = id_of_imported(shared_at, secrets.randbits(20))
    story = Story.objects.create(
        author=author,
        media=media,
        audience=audience,
        timeline_id=timeline_id,
        published_at=shared_at,
        expires_at=shared_at + timedelta(seconds=settings.STORY_SECONDS),
    )
    Story.objects.filter(pk=story.pk).update(created_at=shared_at)
    return story
