"""Publishing stories, taking them away, marking them as seen."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from api.ids import generate_ids
from api.problems import Invalid, Problem
from events.actions import record
from media.actions import attach, release
from media.models import Media
from social.models import Audience
from stories.actions.collecting import leave_highlights
from stories.limits import DAY, LONGEST_VIDEO_SECONDS, MAX_PER_DAY, MAX_VIDEO_SECONDS
from stories.models import Highlight, Seen, Story


@transaction.atomic
def publish(
    *,
    author: User,
    media_id: int,
    audience: str = Audience.FOLLOWERS,
    idempotency_key: str | None = None,
    idempotency_hash: str = "",
) -> Story:
    """Shows one of the author's media as a story: at once if it is ready, else when it is.

    The `audience` cannot be changed later. A retry with the same key gets the first story (422 if the hash differs).
    `Invalid` for a media that is not the author's to show and for a video known to be longer than 60 seconds;
    `story_cap` beyond 100 in 24 hours.
    """
    earlier = Story.objects.first_made_with(idempotency_key, idempotency_hash, author)
    if earlier is not None:
        return earlier
    draft = Story(
        author=author,
        media_id=media_id,
        audience=audience,
        idempotency_key=idempotency_key,
        idempotency_hash=idempotency_hash,
    )
    story, is_new = Story.objects.create_once(draft)
    if not is_new:  # the same key came in twice at once; the other one was first
        return story
    (media,) = attach(owner=author, media_ids=[media_id])
    if is_too_long(media):
        raise Invalid("media", "video_too_long", f"A story's video is at most {MAX_VIDEO_SECONDS} seconds long")
    _check_day(author)
    publish_if_ready(story=story, media=media)
    return story


@transaction.atomic
def publish_when_ready(*, media_id: int) -> None:
    """A media became ready: the stories that wait for it are published, unless it is a video that is too long."""
    waiting = Story.objects.waiting_for(media_id).locked().order_by("pk").select_related("media")
    for story in waiting:
        publish_if_ready(story=story, media=story.media)


@transaction.atomic
def delete(*, story: Story) -> None:
    """Takes a story away for good, also from its highlights; its media is released. Repeated, it changes nothing."""
    row = Story.objects.locked().filter(pk=story.pk, deleted_at__isnull=True).first()
    if row is None:
        return
    leave_highlights(story=row)
    row.deleted_at = timezone.now()
    row.save(update_fields=["deleted_at"])
    release(media_ids=[row.media_id])


def mark_seen(*, viewer: User, story_ids: Sequence[int]) -> list[int]:
    """Marks those of the stories that the viewer may see now; gives their ids, in order. Others are passed over.

    Repeated, the first time stays. One's own are not recorded.
    """
    found = dict(Story.objects.visible_to(viewer).filter(pk__in=story_ids).values_list("pk", "author"))
    marks = [Seen(viewer=viewer, story_id=pk) for pk, author in sorted(found.items()) if author != viewer.pk]
    Seen.objects.bulk_create(marks, ignore_conflicts=True)
    return [pk for pk in dict.fromkeys(story_ids) if pk in found]


def _check_day(author: User) -> None:
    """Under the author's lock, the new story being there already; deleted ones count."""
    User.objects.get_queryset().select_for_update(no_key=True).get(pk=author.pk)
    if Story.objects.filter(author=author, created_at__gt=timezone.now() - DAY).count() > MAX_PER_DAY:
        raise Problem("story_cap")


def is_too_long(media: Media) -> bool:
    """Whether it is a video known to be longer than a story may be."""
    return media.duration is not None and media.duration > LONGEST_VIDEO_SECONDS


def publish_if_ready(*, story: Story, media: Media) -> None:
    """The 24 hours begin, by the database's clock. In the caller's transaction."""
    if media.state != Media.State.READY or media.withheld or is_too_long(media):
        return
    life = timedelta(seconds=settings.STORY_SECONDS)
    Story.objects.filter(pk=story.pk).update(timeline_id=generate_ids()[0], published_at=Now(), expires_at=Now() + life)
    record("story_published", story_id=story.pk, author_id=story.author_id)


def prune_keys() -> int:
    """Clears idempotency keys of stories and highlights whose day is over; says how many."""
    return Story.objects.prune_keys() + Highlight.objects.prune_keys()
