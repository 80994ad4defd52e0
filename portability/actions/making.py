"""What is made of an import's rows: posts and stories as soon as their media are ready, then highlights."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework.exceptions import ValidationError

from api.problems import Problem
from media.models import Media
from portability.actions.progress import BATCH, StillHere
from portability.models import Import, ImportItem
from posts.actions import import_post
from posts.limits import MAX_MEDIA
from posts.serializers import PublishInput
from social.models import Audience
from stories.actions import import_story, make_highlight
from stories.limits import MAX_ITEMS as MAX_HIGHLIGHT_ITEMS
from stories.serializers import HighlightInput, StoryInput


def make_posts(import_run: Import, still_here: StillHere) -> int:
    """Makes those whose media are ready; the number of those that must wait."""
    return _make(import_run, ImportItem.Kind.POST, _make_post, still_here)


def make_stories(import_run: Import, still_here: StillHere) -> int:
    return _make(import_run, ImportItem.Kind.STORY, _make_story, still_here)


def _make(import_run: Import, kind: str, make: Callable[[ImportItem, list[int]], int], still_here: StillHere) -> int:
    waiting = 0
    for item in ImportItem.objects.filter(import_run=import_run).unmade(kind).iterator(BATCH):
        still_here()
        sources = item.data.get("media")
        media_ids, state = _media_of(item, sources if isinstance(sources, list) else [sources])
        if state == "processing":
            waiting += 1
        elif state == "ready":
            _make_one(item, media_ids, make)
        elif state:
            ImportItem.objects.filter(pk=item.pk).update(error_code=state)
    return waiting


def _make_one(item: ImportItem, media_ids: list[int], make: Callable[[ImportItem, list[int]], int]) -> None:
    """The thing and the note that it was made, together."""
    try:
        with transaction.atomic():
            row = ImportItem.objects.select_for_update().get(pk=item.pk)
            if row.target is None:
                row.target = make(row, media_ids)
                row.save(update_fields=["target"])
    except (Problem, ValidationError):
        ImportItem.objects.filter(pk=item.pk).update(error_code="invalid")


def _media_of(item: ImportItem, sources: list[Any]) -> tuple[list[int], str]:
    """The media's ids in order, and `ready`, `processing`, empty (files that no archive has brought yet) or a code."""
    wanted = ImportItem.objects.filter(owner=item.owner_id, kind=ImportItem.Kind.MEDIA, source__in=sources)
    found = {row.source: row for row in wanted}
    usable = [source for source in sources if source in found and not found[source].error_code]
    if not usable:
        return [], "media_failed" if any(source in found for source in sources) else "invalid"
    if any(found[source].target is None for source in usable):
        return [], ""
    ids = [int(found[source].target or 0) for source in usable]
    states = dict(Media.objects.filter(pk__in=ids, deleted_at__isnull=True).values_list("pk", "state"))
    if any(states.get(pk) in {Media.State.PROCESSING, Media.State.RECEIVING} for pk in ids):
        return [], "processing"
    ready = [pk for pk in dict.fromkeys(ids) if states.get(pk) == Media.State.READY]
    return ready, "ready" if ready else "media_failed"


def _make_post(item: ImportItem, media_ids: list[int]) -> int:
    said = {name: value for name, value in item.data.items() if name not in {"media", "created_at", "archived"}}
    body = PublishInput(data={**said, "media": [str(pk) for pk in media_ids[:MAX_MEDIA]]})
    body.is_valid(raise_exception=True)
    shared_at = datetime.fromisoformat(item.data["created_at"]) if item.data.get("created_at") else timezone.now()
    post = import_post(
        author=item.owner,
        media_ids=media_ids[:MAX_MEDIA],
        shared_at=shared_at,
        order=item.pk,
        archived=bool(item.data.get("archived")),
        fields=body.validated_data,
    )
    return int(post.pk)


def _make_story(item: ImportItem, media_ids: list[int]) -> int:
    shared_at = datetime.fromisoformat(item.data["created_at"])
    body = StoryInput(data={"media": str(media_ids[0]), "audience": item.data.get("audience") or Audience.FOLLOWERS})
    body.is_valid(raise_exception=True)
    audience = body.validated_data["audience"]
    story = import_story(
        author=item.owner, media_id=media_ids[0], shared_at=shared_at, order=item.pk, audience=audience
    )
    return int(story.pk)


def make_highlights(import_run: Import) -> None:
    """Of the stories that were made; an empty one is left out."""
    for item in list(ImportItem.objects.filter(import_run=import_run).unmade(ImportItem.Kind.HIGHLIGHT)):
        made = ImportItem.objects.filter(owner=item.owner_id, target__isnull=False)
        sources = [source for source in item.data.get("stories", ()) if isinstance(source, str)]
        rows = made.filter(kind=ImportItem.Kind.STORY, source__in=sources)
        by_source = {row.source: int(row.target or 0) for row in rows}
        stories = [by_source[source] for source in sources if source in by_source][:MAX_HIGHLIGHT_ITEMS]
        cover = made.filter(kind__in=["story", "media"], source=item.data.get("cover")).first()
        if stories:
            _make_one(item, stories, _highlight_maker(cover.target if cover else None))


def _highlight_maker(cover: int | None) -> Callable[[ImportItem, list[int]], int]:
    def make(item: ImportItem, stories: list[int]) -> int:
        body = HighlightInput(data={"title": item.data.get("title"), "stories": [str(story) for story in stories]})
        body.is_valid(raise_exception=True)
        made = make_highlight(owner=item.owner, title=body.validated_data["title"], stories=stories, cover=cover)
        return int(made.pk)

    return make
