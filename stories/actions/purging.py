"""Removing the stories and highlights of somebody who is purged, and what they have seen; as posts do."""

from accounts.models import User
from api.actions import delete_some
from stories.actions.collecting import delete_highlight
from stories.actions.publishing import delete
from stories.models import Highlight, Seen, Story

ROWS_AT_ONCE = 300


def purge_person(*, user_id: int, most: int = ROWS_AT_ONCE) -> bool:
    """Removes about `most` rows of somebody who is purged; whether nothing is left."""
    person = User.objects.get_queryset().purged().filter(pk=user_id).first()
    if person is None:
        return True
    steps = (_purge_highlights, _purge_stories, _purge_seen)
    return not any(step(person, most) for step in steps)


def _purge_highlights(person: User, most: int) -> int:
    rows = list(Highlight.objects.filter(owner=person).order_by("pk")[:most])
    for highlight in rows:
        delete_highlight(highlight=highlight)
    return len(rows)


def _purge_stories(person: User, most: int) -> int:
    left = most
    for story in list(Story.objects.filter(author=person).order_by("pk")[:most]):
        left -= delete_some(rows=Seen.objects.filter(story=story), most=left)
        if left <= 0:
            break
        delete(story=story)  # which releases its media
        left -= delete_some(rows=Story.objects.filter(pk=story.pk), most=1)
    return most - left


def _purge_seen(person: User, most: int) -> int:
    return delete_some(rows=Seen.objects.filter(viewer=person), most=most)
