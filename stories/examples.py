"""What the endpoints answer, for the schema."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

STORY_ID = OpenApiParameter("id", str, OpenApiParameter.PATH, pattern="^[0-9]{1,19}$", description="The story's id.")
STORY_ID_ABOVE = OpenApiParameter("story_id", str, OpenApiParameter.PATH, pattern="^[0-9]{1,19}$")
HIGHLIGHT_ID = OpenApiParameter(
    "id", str, OpenApiParameter.PATH, pattern="^[0-9]{1,19}$", description="The highlight's id."
)
HIGHLIGHT_ID_ABOVE = OpenApiParameter("highlight_id", str, OpenApiParameter.PATH, pattern="^[0-9]{1,19}$")
MONTH = OpenApiParameter("month", str, description="`YYYY-MM`, in UTC.", pattern="^[0-9]{4}-[0-9]{2}$")
PERSON = {"id": "7312849021001001", "username": "bob", "name": "Bob", "avatar": None, "is_private": False}
MEDIA = {
    "id": "7312849021001700",
    "kind": "photo",
    "state": "ready",
    "alt_text": "A bridge against a red sky",
    "width": 3024,
    "height": 4032,
    "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
    "duration": None,
    "url": "https://pystagram.example/media/k3J/w1080.jpg?token=…",
    "renditions": [
        {
            "url": "https://pystagram.example/media/k3J/w1080.webp?token=…",
            "width": 1080,
            "height": 1440,
            "type": "image/webp",
        }
    ],
    "poster": None,
    "progress": None,
}
IN_TRAY = {
    "id": "7312849021001728",
    "media": MEDIA,
    "seen": False,
    "created_at": "2026-11-22T10:00:00.000000Z",
    "expires_at": "2026-11-23T10:00:02.000000Z",
}
STORY = {**IN_TRAY, "user": PERSON}
OWN_STORY = {**STORY, "seen": True, "state": "current", "error": None}
HIGHLIGHT = {"id": "7312849021001900", "title": "Istanbul", "cover": MEDIA, "items_count": 12}
HIGHLIGHT_DETAIL = {
    **HIGHLIGHT,
    "user": PERSON,
    "created_at": "2026-11-22T10:00:00.000000Z",
    "updated_at": "2026-11-22T10:00:00.000000Z",
}


def _answer(name: str, value: Any, *codes: str) -> OpenApiExample:
    return OpenApiExample(name, value, response_only=True, status_codes=list(codes) or ["200"])


def _body(name: str, value: Any) -> OpenApiExample:
    return OpenApiExample(name, value, request_only=True)


TRAY = _answer("An entry", {"user": PERSON, "stories": [IN_TRAY], "all_seen": False})
TELL = _body("A photograph", {"media": "7312849021001700"})
STORY_OF_ONES_OWN = _answer("One's own story", OWN_STORY, "201")
STORY_SHOWN = _answer("A story", STORY)
STORIES_PAGE = _answer("A page", STORY)
ARCHIVE_PAGE = _answer("A page", {**OWN_STORY, "state": "expired"})
MONTHS = _answer("A month", {"results": [{"month": "2026-11", "count": 31}], "next": None})
SEEN = _answer("Seen", {"seen": True})
SEEN_SENT = _body("Two stories", {"ids": ["7312849021001728", "7312849021001730"]})
SEEN_IDS = _answer("Both", {"seen": ["7312849021001728", "7312849021001730"]})
VIEWERS_PAGE = _answer("A page", {"user": PERSON, "seen_at": "2026-11-22T10:05:00.000000Z"})
COLLECT = _body("Of two stories", {"title": "Istanbul", "stories": ["7312849021001728", "7312849021001730"]})
RECOLLECT = _body(
    "Another order and cover", {"stories": ["7312849021001730", "7312849021001728"], "cover": "7312849021001730"}
)
HIGHLIGHT_SHOWN = _answer("A highlight", HIGHLIGHT_DETAIL, "200", "201")
HIGHLIGHTS_PAGE = _answer("A page", HIGHLIGHT)
ITEMS_PAGE = _answer("A page", {key: IN_TRAY[key] for key in ("id", "media", "created_at")})
