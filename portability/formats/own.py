"""Archives of our own exports (docs/api.md, "Your data")."""

import re
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

from portability.formats.planned import Plan, Planned, moment, plain, rows_of, text, texts
from portability.formats.zips import document
from portability.limits import FORMAT, MAX_COLLECTED, VERSION

_ABOUT = re.compile(r"archive-\d{1,4}\.json")
_AS_SENT = (
    "caption", "audience", "place", "media_latitude", "media_longitude", "exact_location", "user_latitude",
    "user_longitude", "comments_enabled", "comments_from", "sensitive",
)  # fmt: skip


def plan(archive: ZipFile) -> Plan | None:
    """What one archive of an export asks for; None if it is something else."""
    about = next((document(archive, name) for name in archive.namelist() if _ABOUT.fullmatch(name)), None)
    if not isinstance(about, dict) or about.get("format") != FORMAT or about.get("version") != VERSION:
        return None
    origin = f"{FORMAT}:{text(about.get('username'))}"
    return Plan(origin, _items(archive, origin), _profile(archive), _hidden_words(archive))


def _profile(archive: ZipFile) -> dict[str, str]:
    for row in rows_of(document(archive, "profile.json")):
        return {name: text(row.get(name)) for name in ("name", "bio", "website")}
    return {}


def _hidden_words(archive: ZipFile) -> list[str]:
    return [text(row.get("word")) for row in rows_of(document(archive, "hidden_words.json"))]


def _items(archive: ZipFile, origin: str) -> Iterator[Planned]:
    def source(number: Any) -> str:
        return f"{origin}:{text(number)}"

    for row in rows_of(document(archive, "media.json")):
        said: dict[str, Any] = {"file": text(row.get("file")), "alt_text": text(row.get("alt_text"))}
        yield Planned("media", source(row.get("id")), said)
    for row in rows_of(document(archive, "posts.json")):
        if row.get("state") in {"published", "archived", "draft", "scheduled"}:
            said = {name: value for name in _AS_SENT if (value := plain(row.get(name))) is not None}
            said |= {"media": [source(number) for number in texts(row.get("media"))], "tags": texts(row.get("tags"))}
            said |= {"created_at": moment(row.get("published_at") or row.get("created_at"))}
            said |= {"archived": row["state"] == "archived", "draft": row["state"] in {"draft", "scheduled"}}
            yield Planned("post", source(row.get("id")), said)
    for row in rows_of(document(archive, "stories.json")):
        when = moment(row.get("published_at"))
        if when is not None:
            said = {"media": source(row.get("media")), "created_at": when, "audience": text(row.get("audience"))}
            yield Planned("story", source(row.get("id")), said)
    for row in rows_of(document(archive, "highlights.json")):
        cover = row.get("cover_story") or row.get("cover_media")
        said = {"title": text(row.get("title")), "cover": source(cover) if cover else None}
        said |= {"stories": [source(number) for number in texts(row.get("stories"))]}
        yield Planned("highlight", source(row.get("id")), said)
    authors = {text(row.get("post")): text(row.get("post_author")) for row in rows_of(document(archive, "saved.json"))}
    for row in rows_of(document(archive, "collections.json")):
        cover = text(row.get("cover_post"))
        posts = [
            {"source": source(number), "id": number, "author": authors.get(number, ""), "is_cover": number == cover}
            for number in texts(row.get("posts"))[:MAX_COLLECTED]
        ]
        yield Planned("collection", source(row.get("id")), {"name": text(row.get("name")), "posts": posts})
