"""What the endpoints answer, for the schema."""

from drf_spectacular.utils import OpenApiParameter

from accounts.examples import PERSON
from api.examples import answered, sent

MONTH = OpenApiParameter("month", str, description="`YYYY-MM`, in UTC.", pattern="^[0-9]{4}-[0-9]{2}$")
MEDIA = {
    "id": "7312849021001700",
    "kind": "photo",
    "state": "ready",
    "alt_text": "A bridge against a red sky",
    "width": 3024,
    "height": 4032,
    "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
    "duration": None,
    "url": "https://pystagram.example/media/k3J/w1080.jpg?token=otmq3k0.c2lnbmF0dXJl",
    "renditions": [
        {
            "url": "https://pystagram.example/media/k3J/w1080.webp?token=otmq3k0.c2lnbmF0dXJl",
            "width": 1080,
            "height": 1440,
            "type": "image/webp",
        }
    ],
    "poster": None,
    "progress": None,
    "notices": [],
}
IN_TRAY = {
    "id": "7312849021001728",
    "media": MEDIA,
    "seen": False,
    "created_at": "2026-11-22T10:00:00.000000Z",
    "expires_at": "2026-11-23T10:00:02.000000Z",
    "audience": "followers",
}
STORY = {**IN_TRAY, "author": PERSON}
OWN_STORY = {**STORY, "seen": True, "state": "current", "error": None}
HIGHLIGHT = {"id": "7312849021001900", "title": "Istanbul", "cover": MEDIA, "items_count": 12}
HIGHLIGHT_DETAIL = {
    **HIGHLIGHT,
    "author": PERSON,
    "created_at": "2026-11-22T10:00:00.000000Z",
    "updated_at": "2026-11-22T10:00:00.000000Z",
}

TRAY = answered("An entry", {"user": PERSON, "stories": [IN_TRAY], "all_seen": False})
TELL = sent("A photograph", {"media": "7312849021001700"})
TELL_FEW = sent("For close friends", {"media": "7312849021001700", "audience": "close_friends"})
STORY_OF_ONES_OWN = answered("One's own story", OWN_STORY, 201)
A_STORY = answered("A story", STORY, 200)
AN_EXPIRED_STORY = answered("An expired story", {**OWN_STORY, "state": "expired"})
MONTHS = answered("A month", {"results": [{"month": "2026-11", "count": 31}], "next": None})
SEEN = answered("Seen", {"seen": True})
SEEN_SENT = sent("Two stories", {"ids": ["7312849021001728", "7312849021001730"]})
SEEN_IDS = answered("Both", {"seen": ["7312849021001728", "7312849021001730"]})
A_VIEWER = answered("A viewer", {"user": PERSON, "seen_at": "2026-11-22T10:05:00.000000Z"})
COLLECT = sent("Of two stories", {"title": "Istanbul", "stories": ["7312849021001728", "7312849021001730"]})
RECOLLECT = sent(
    "Another order and cover", {"stories": ["7312849021001730", "7312849021001728"], "cover": "7312849021001730"}
)
HIGHLIGHT_IN_DETAIL = answered("A highlight", HIGHLIGHT_DETAIL)
A_HIGHLIGHT = answered("A highlight", HIGHLIGHT)
AN_ITEM = answered("An item", {key: IN_TRAY[key] for key in ("id", "media", "created_at", "audience")})
