"""Stories as the tray shows them: TrayStorySerializer's bytes, rendered once for each content.

A story's row brings all that is shown of it, and its card is kept in the process under just that: what is changed, in
whatever way, is another card, so there is no version that could be forgotten. What differs between viewers (seen, and
when the addresses of its media end) is filled in.
"""

import functools
from datetime import datetime
from typing import Any

from accounts.models import User
from api.cards import parts_of as parts_between
from api.cards import slot, template_of, token_slot
from api.process_cache import Entry, ProcessCache, pack, unpack
from media import tokens
from media.models import Media, Rendition
from stories.models import Story
from stories.models.stories import MEDIA_COLUMNS
from stories.serializers import TrayStorySerializer

Content = tuple[Any, ...]  # of a story: id, created_at, expires_at, audience, `MEDIA_COLUMNS`, renditions
MAX_BYTES = 16 * 1024 * 1024  # of one process
kept: ProcessCache[Content] = ProcessCache(MAX_BYTES)


class TrayCardSerializer(TrayStorySerializer):
    """A story as everybody sees it; whether it is seen is a slot."""

    seen = slot()


class _Reader:
    """Nobody in particular: the tokens are slots, and nothing else of a card depends on who reads it."""

    pk = -1


def _rendition(text: str) -> Rendition:
    width, height, name, content_type = text.split(" ", 3)
    return Rendition(width=int(width), height=int(height), name=name, content_type=content_type)


def _story(content: Content) -> Story:
    """The story that the serializer reads; nothing of it is in the database's hands."""
    pk, created_at, expires_at, audience, *values, renditions = content
    media = Media(**dict(zip(MEDIA_COLUMNS, values, strict=True)))
    rows = [_rendition(text) for text in renditions.split("\n")] if renditions else []
    known = Rendition.objects.none()
    known._result_cache = rows
    media._prefetched_objects_cache = {"renditions": known}  # type: ignore[attr-defined]  # what a prefetch sets
    times = {"created_at": created_at, "expires_at": expires_at}
    return Story(pk=pk, audience=audience, media=media, author=User(), **times)


@functools.cache
def _shape() -> TrayCardSerializer:
    """One for all: making one for each story takes longer than rendering it."""
    return TrayCardSerializer(context={"viewer": _Reader, "token_for": token_slot})


def _template(content: Content) -> bytes:
    return template_of(_shape().to_representation(_story(content)))


def parts_of(content: Content, *, private: bool, not_after: datetime | None) -> tuple[bytes, bytes]:
    """What stands before and after whether it is seen, with addresses for this moment."""
    claim = tokens.claim(private=private, not_after=not_after)
    entry = kept.get(content)
    if entry is None or entry.claim != claim:
        template = unpack(entry.packed) if entry is not None else _template(content)
        packed = entry.packed if entry is not None else pack(template)
        entry = Entry(packed, claim, parts_between(template, lambda prefix: tokens.sign_claim(prefix, claim)))
        kept.put(content, entry)
    before, after = entry.parts
    return before, after
