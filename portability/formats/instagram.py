"""Downloads of one's Instagram account in JSON, in the layouts it has had since 2020.

Its texts are UTF-8 of which each byte was written as a character of its own, times are seconds since 1970, and a post
with one photo has its words at the photo.
"""

import re
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

from portability.formats.planned import Plan, Planned, moment, rows_of, text
from portability.formats.zips import document

ORIGIN = "instagram"
# A download may stand in a folder of its own within the ZIP.
_POSTS = re.compile(r"(?:.*/)?(?:content|media)/posts_\d+\.json")
_ARCHIVED = re.compile(r"(?:.*/)?(?:content|media)/archived_posts\.json")
_STORIES = re.compile(r"(?:.*/)?(?:content|media)/stories\.json")
_MEDIA = re.compile(r"(?:(?:.*/)?media/)(?:posts|archived_posts|stories|other|igtv|reels)/.+\.[A-Za-z0-9]{2,5}")


def plan(archive: ZipFile) -> Plan | None:
    """What a download asks for; None if it is something else. A later part of one may hold media alone."""
    names = archive.namelist()
    known = (_POSTS, _ARCHIVED, _STORIES, _MEDIA)
    if not any(pattern.fullmatch(name) for name in names for pattern in known):
        return None
    return Plan(ORIGIN, _items(archive, sorted(names)))


def readable(value: Any) -> str:
    """A text as it was written."""
    try:
        return text(value).encode("latin-1").decode()
    except ValueError:
        return text(value)


def _items(archive: ZipFile, names: list[str]) -> Iterator[Planned]:
    for pattern, is_archived in ((_POSTS, False), (_ARCHIVED, True)):
        for name in names:
            if pattern.fullmatch(name):
                for row in _rows(document(archive, name), "ig_archived_post_media"):
                    yield from _post(row, archived=is_archived)
    for name in names:
        if _STORIES.fullmatch(name):
            for row in _rows(document(archive, name), "ig_stories"):
                yield from _story(row)


def _rows(found: Any, member: str) -> list[dict[str, Any]]:
    """The rows of a document, which is a list or an object with one; oldest first, as people want them made."""
    rows = rows_of(found.get(member) if isinstance(found, dict) else found)
    return sorted(rows, key=_seconds)


def _seconds(row: dict[str, Any]) -> float:
    when = row.get("creation_timestamp") or next(
        (one.get("creation_timestamp") for one in rows_of(row.get("media"))), 0
    )
    return float(when) if isinstance(when, int | float) else 0.0


def _post(row: dict[str, Any], *, archived: bool) -> Iterator[Planned]:
    media = [one for one in rows_of(row.get("media")) if text(one.get("uri"))]
    if not media:
        return
    for one in media:
        yield Planned("media", _source(one), {"file": text(one["uri"]), "alt_text": ""})
    said: dict[str, Any] = {
        "caption": readable(row.get("title")) or readable(media[0].get("title")),
        "media": [_source(one) for one in media],
        "created_at": moment(_seconds(row)),
        "archived": archived,
        **_position(media[0]),
    }
    yield Planned("post", f"{ORIGIN}:post:{text(media[0]['uri'])}", said)


def _story(row: dict[str, Any]) -> Iterator[Planned]:
    when = moment(row.get("creation_timestamp"))
    if text(row.get("uri")) and when is not None:
        yield Planned("media", _source(row), {"file": text(row["uri"]), "alt_text": ""})
        yield Planned("story", f"{ORIGIN}:story:{text(row['uri'])}", {"media": _source(row), "created_at": when})


def _source(media: dict[str, Any]) -> str:
    return f"{ORIGIN}:media:{text(media['uri'])}"


def _position(media: dict[str, Any]) -> dict[str, Any]:
    """Where a photo or video was taken, if the download says so."""
    about = media.get("media_metadata")
    kinds = [about.get(kind) for kind in ("photo_metadata", "video_metadata")] if isinstance(about, dict) else []
    for kind in kinds:
        for one in rows_of(kind.get("exif_data")) if isinstance(kind, dict) else []:
            latitude, longitude = one.get("latitude"), one.get("longitude")
            if isinstance(latitude, int | float) and isinstance(longitude, int | float):
                return {"media_latitude": f"{latitude:.6f}", "media_longitude": f"{longitude:.6f}"}
    return {}
