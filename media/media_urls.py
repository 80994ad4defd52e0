"""The URLs of a media's files. Sign them only for a viewer who may see the media."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet

from api.compiled import Parameters, any_of, compiled
from media import tokens
from media.models import Media, Rendition

TokenFor = Callable[[str], str]  # a media's subject (see tokens.py) → its token
FALLBACK_TYPES = ("image/jpeg", "video/mp4")


def _token(media: Media, private: bool, not_after: datetime | None, token_for: TokenFor | None) -> str:
    subject = tokens.subject(media.prefix, media.duration if media.kind == Media.Kind.VIDEO else None)
    if token_for is not None:
        return token_for(subject)
    return tokens.sign(subject, private=private, not_after=not_after)


class AttachedRendition(NamedTuple):
    """What is shown of a rendition. (Of six hundred of them, making models takes longer than reading them.)"""

    name: str
    content_type: str
    width: int
    height: int


@compiled
def _renditions(given: Parameters) -> QuerySet[Any, Any]:
    rows = Rendition.objects.filter(any_of("media_id", given.ids("media")))
    return rows.values_list("media_id", *AttachedRendition._fields)


def attach_renditions(some: Iterable[Media]) -> None:
    """Gives these media their renditions in one query, in the place of a prefetch."""
    shown = list(some)
    found: dict[int, list[AttachedRendition]] = defaultdict(list)
    if shown:
        for media_id, *values in _renditions().rows(media={media.pk for media in shown}):
            found[media_id].append(AttachedRendition(*values))
    for media in shown:
        media.attached_renditions = found.get(media.pk, [])


def _sorted(media: Media) -> list[Rendition | AttachedRendition]:
    """Its renditions as attached or prefetched, smallest first, the newer format before the fallback."""
    attached = media.attached_renditions
    rows: Any = media.renditions.all() if attached is None else attached
    return sorted(rows, key=lambda row: (row.width, row.content_type != "image/webp"))


def _address(media: Media, name: str, token: str) -> str:
    return _url(media.prefix, name, token)


def _url(prefix: str, name: str, token: str) -> str:
    return f"{settings.PYSTAGRAM_URL}{settings.MEDIA_URL}{prefix}/{name}?token={token}"


def file_url(
    prefix: str, name: str, *, duration: float | None, private: bool, not_after: datetime | None = None
) -> str:
    """As `rendition_url`, of plain values: the media's `prefix`, the rendition's `name`, a video's `duration`."""
    token = tokens.sign(tokens.subject(prefix, duration), private=private, not_after=not_after)
    return _url(prefix, name, token)


def rendition_url(
    media: Media,
    rendition: Rendition | AttachedRendition,
    *,
    private: bool,
    not_after: datetime | None = None,
    token_for: TokenFor | None = None,
) -> str:
    """The address of one file of a media."""
    return _address(media, rendition.name, _token(media, private, not_after, token_for))


def media_urls(
    media: Media, *, private: bool, not_after: datetime | None = None, token_for: TokenFor | None = None
) -> dict[str, Any]:
    """`url` (what every client can show), `renditions` (smallest first) and `poster`, under one token.

    Reads the prefetched renditions; all addresses end at `not_after` at the latest. `token_for` gives the token in the
    place of one of this moment.
    """
    rows = _sorted(media)
    if not rows:
        return {"url": None, "renditions": [], "poster": None}
    token = _token(media, private, not_after, token_for)
    posters = [row for row in rows if row.name.startswith("poster")]
    renditions = [row for row in rows if row not in posters]
    best = _best(renditions)
    return {
        "url": _address(media, best.name, token) if best else None,
        "renditions": [_described(media, row, token) for row in renditions],
        "poster": _poster(media, posters, token),
    }


def _best(rows: list[Rendition | AttachedRendition]) -> Rendition | AttachedRendition | None:
    """The largest that every client can show."""
    return next((row for row in reversed(rows) if row.content_type in FALLBACK_TYPES), rows[-1] if rows else None)


def _described(media: Media, row: Rendition | AttachedRendition, token: str) -> dict[str, Any]:
    address = _address(media, row.name, token)
    return {"url": address, "width": row.width, "height": row.height, "type": row.content_type}


def _poster(media: Media, rows: list[Rendition | AttachedRendition], token: str) -> dict[str, Any] | None:
    best = _best(rows)
    if best is None:
        return None
    return {**_described(media, best, token), "renditions": [_described(media, row, token) for row in rows]}


def smallest_url(
    media: Media | None,
    *,
    private: bool = False,
    not_after: datetime | None = None,
    token_for: TokenFor | None = None,
) -> str | None:
    """The address of the smallest picture of a media (an avatar, a thumbnail); None without one."""
    pictures = [row for row in _sorted(media) if row.content_type.startswith("image/")] if media else []
    if media is None or not pictures:
        return None
    return rendition_url(media, pictures[0], private=private, not_after=not_after, token_for=token_for)
