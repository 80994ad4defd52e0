"""The JSON documents and the page of an archive, written as streams: an archive may hold a million rows."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import IO, Any
from zipfile import ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string

from accounts.models import User
from media.models import Media
from portability.records import DOCUMENTS
from portability.records.media import file_of, preview_of
from posts.models import Post
from stories.models import Story

PAGE = "index.html"


def dump(value: Any) -> bytes:
    """As JSON text; times in ISO 8601."""
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode()


def write_list(stream: IO[bytes], rows: Iterable[Mapping[str, Any]]) -> None:
    """A JSON list, a row at a time."""
    stream.write(b"[")
    for number, row in enumerate(rows):
        stream.write(b",\n" if number else b"\n")
        stream.write(dump(row))
    stream.write(b"\n]\n")


def write_documents(archive: ZipFile, person: User, still_here: Callable[[], None]) -> None:
    """One JSON document for each kind of rows."""
    for name, rows in DOCUMENTS.items():
        still_here()
        with archive.open(f"{name}.json", "w", force_zip64=True) as stream:
            write_list(stream, rows(person))


def write_page(archive: ZipFile, person: User) -> None:
    """A page that shows profile, posts and stories without a server; it loads nothing from anywhere else."""
    posts = Post.objects.owned_by(person).prefetch_related("items__media__blob")
    stories = Story.objects.filter(author=person, deleted_at__isnull=True, removed_at__isnull=True)
    shown = {
        "person": person,
        "posts": ({"post": post, "media": _pictures(post)} for post in posts.order_by("-pk").iterator(500)),
        "stories": (
            {"story": story, **_picture(story.media)}
            for story in stories.select_related("media__blob").order_by("-pk").iterator(500)
        ),
    }
    archive.writestr(PAGE, render_to_string("portability/index.html", shown))


def _pictures(post: Post) -> list[dict[str, Any]]:
    return [_picture(item.media) for item in sorted(post.items.all(), key=lambda item: item.position)]


def _picture(media: Media) -> dict[str, Any]:
    return {"file": file_of(media), "preview": preview_of(media), "alt": media.alt_text, "kind": media.kind}
