"""Making highlights of stories."""

from collections.abc import Sequence
from typing import Any, TypedDict

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from api.problems import Invalid, Problem
from media.actions import attach, release
from media.models import Media
from social.models import Audience
from stories.limits import MAX_HIGHLIGHTS
from stories.models import Highlight, HighlightItem, Story


class HighlightChanges(TypedDict, total=False):
    """What may change; what is absent stays."""

    title: str
    stories: Sequence[int]
    cover: int | None


@transaction.atomic
def make_highlight(
    *,
    owner: User,
    title: str,
    stories: Sequence[int],
    cover: int | None = None,
    idempotency_key: str | None = None,
    idempotency_hash: str = "",
) -> Highlight:
    """Collects the owner's stories, current or expired, in the order given.

    `cover` is one of them or a photo of the owner's own; without it the first story is shown. A retry with the same key
    gets the first highlight. `Invalid` for stories and covers that are not the owner's, `highlight_cap` beyond 100.
    """
    earlier = Highlight.objects.first_made_with(idempotency_key, idempotency_hash, owner)
    if earlier is not None:
        return earlier
    _lock_stories(owner, stories)
    draft = Highlight(owner=owner, title=title, idempotency_key=idempotency_key, idempotency_hash=idempotency_hash)
    highlight, is_new = Highlight.objects.create_once(draft)
    if not is_new:  # the same key came in twice at once; the other one was first
        return highlight
    _set_items(highlight, stories)
    _set_cover(highlight, cover)
    highlight.save()
    _check_number(owner)
    return highlight


@transaction.atomic
def change_highlight(*, highlight: Highlight, changes: HighlightChanges) -> Highlight:
    """Applies `changes`; `stories` is the whole list in its new order. A cover that leaves the list is none any more.

    `updated_at` moves with what all see who may see its stories: a story for close friends that comes or goes leaves no
    trace for others.
    `Invalid` for stories and covers that are not the owner's, `Problem("not_found")` if it was deleted or taken down by
    now.
    """
    if "stories" in changes:
        _lock_stories(highlight.owner, changes["stories"])
    row = Highlight.objects.locked().filter(pk=highlight.pk, removed_at__isnull=True).first()
    if row is None:
        raise Problem("not_found")
    before, updated_at = _shown_to_all(row), row.updated_at
    row.title = changes.get("title", row.title)
    if "stories" in changes:
        _set_items(row, changes["stories"])
        if row.cover_story_id not in changes["stories"]:
            row.cover_story_id = None
    if "cover" in changes:
        _set_cover(row, changes["cover"])
    row.updated_at = updated_at if _shown_to_all(row) == before else timezone.now()
    row.save()
    return row


def _shown_to_all(highlight: Highlight) -> tuple[Any, ...]:
    """Title, cover, and stories in their order, without those that are for close friends."""
    stories = Story.objects.filter(audience=Audience.FOLLOWERS)
    shown = stories.filter(highlight_items__highlight=highlight).order_by("highlight_items__position")
    cover = stories.filter(pk=highlight.cover_story_id).values_list("pk", flat=True).first()
    return highlight.title, cover, highlight.cover_media_id, list(shown.values_list("pk", flat=True))


@transaction.atomic
def delete_highlight(*, highlight: Highlight) -> None:
    """Undoes the collection; its stories stay. Repeated, it changes nothing."""
    row = Highlight.objects.locked().filter(pk=highlight.pk).first()
    if row is None:
        return
    _release_cover(row)
    row.delete()


def leave_highlights(*, story: Story) -> None:
    """Takes a story out of every highlight; in the caller's transaction, under the story's lock."""
    holding = Highlight.objects.filter(items__story=story.pk).values_list("pk", flat=True)
    list(Highlight.objects.locked().filter(pk__in=list(holding)).order_by("pk"))
    HighlightItem.objects.filter(story=story).delete()
    Highlight.objects.filter(cover_story=story).update(cover_story=None)


def _lock_stories(owner: User, story_ids: Sequence[int]) -> None:
    """Nobody deletes them until we have collected them."""
    rows = Story.objects.live().owned_by(owner).locked().filter(pk__in=story_ids).order_by("pk")
    missing = set(story_ids) - {row.pk for row in rows}
    if missing:
        raise Invalid("stories", "not_found", f"You have no published story {min(missing)}")


def _set_items(highlight: Highlight, story_ids: Sequence[int]) -> None:
    highlight.items.all().delete()
    HighlightItem.objects.bulk_create(
        [HighlightItem(highlight=highlight, story_id=pk, position=place) for place, pk in enumerate(story_ids)]
    )


def _set_cover(highlight: Highlight, cover: int | None) -> None:
    """`cover` is the id of one of its stories or of a photo: ids are one number space, so it says which."""
    if cover is not None and cover in (highlight.cover_story_id, highlight.cover_media_id):
        return
    is_item = cover is not None and highlight.items.filter(story=cover).exists()
    photo = None if cover is None or is_item else _photo(highlight.owner, cover)
    _release_cover(highlight)
    highlight.cover_story_id = cover if is_item else None
    highlight.cover_media = photo


def _photo(owner: User, media_id: int) -> Media:
    photos = Media.objects.owned_by(owner).filter(kind=Media.Kind.PHOTO).exclude(state=Media.State.FAILED)
    if not photos.filter(pk=media_id).exists():
        raise Invalid("cover", "not_found", "A cover is one of the highlight's stories or a photo of yours")
    return attach(owner=owner, media_ids=[media_id])[0]


def _release_cover(highlight: Highlight) -> None:
    if highlight.cover_media_id is not None:
        release(media_ids=[highlight.cover_media_id])
        highlight.cover_media = None


def _check_number(owner: User) -> None:
    """Under the owner's lock, the new one being there already."""
    User.objects.get_queryset().select_for_update(no_key=True).get(pk=owner.pk)
    if Highlight.objects.owned_by(owner).count() > MAX_HIGHLIGHTS:
        raise Problem("highlight_cap")
