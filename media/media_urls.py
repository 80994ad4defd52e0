"""The URLs of a media's files. Sign them only for a viewer who may see the media."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings

from media import tokens
from media.models import Media, Rendition

TokenFor = Callable[[str], str]  # a media's subject (see tokens.py) → its token
FALLBACK_TYPES = ("image/jpeg", "video/mp4")


def _token(media: Media, private: bool, not_after: datetime | None, token_for: TokenFor | None) -> str:
    subject = tokens.subject(media.prefix, media.duration if media.kind == Media.Kind.VIDEO else None)
    if token_for is not None:
        return token_for(subject)
    return tokens.sign(subject, private=private, not_after=not_after)


def _sorted(media: Media) -> list[Rendition]:
    """Its renditions from the prefetch, smallest first, the newer format before the fallback."""
    return sorted(media.renditions.all(), key=lambda row: (row.width, row.content_type != "image/webp"))


def _address(media: Media, name: str, token: str) -> str:
    return f"{settings.PYSTAGRAM_URL}{settings.MEDIA_URL}{media.prefix}/{name}?token={token}"


def rendition_url(
    media: Media,
    rendition: Rendition,
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


def _best(rows: list[Rendition]) -> Rendition | None:
    """The largest that every client can show."""
    return next((row for row in reversed(rows) if row.content_type in FALLBACK_TYPES), rows[-1] if rows else None)


def _described(media: Media, row: Rendition, token: str) -> dict[str, Any]:
    address = _address(media, row.name, token)
    return {"url": address, "width": row.width, "height": row.height, "type": row.content_type}


def _poster(media: Media, rows: list[Rendition], token: str) -> dict[str, Any] | None:
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
