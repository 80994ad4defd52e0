"""What the endpoints answer, for the schema."""

from accounts.examples import PERSON
from api.examples import answered, sent
from posts.limits import MAX_MEDIA

POST = {
    "id": "7312849021001728",
    "author": PERSON,
    "caption": "The bridge at six, with @alice #sunset",
    "tags": ["sunset"],
    "mentions": ["alice"],
    "media": [
        {
            "id": "7312849021001700",
            "kind": "photo",
            "state": "ready",
            "alt_text": "A bridge against a red sky",
            "width": 4032,
            "height": 3024,
            "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
            "duration": None,
            "url": "https://pystagram.example/media/k3J/w1080.jpg?token=otmq3k0.c2lnbmF0dXJl",
            "renditions": [
                {
                    "url": "https://pystagram.example/media/k3J/w1080.webp?token=otmq3k0.c2lnbmF0dXJl",
                    "width": 1080,
                    "height": 810,
                    "type": "image/webp",
                }
            ],
            "poster": None,
            "progress": None,
            "notices": [],
        }
    ],
    "place": {"id": "7312849021001702", "name": "Galata"},
    "media_latitude": "41.015137",
    "media_longitude": "28.979530",
    "exact_location": True,
    "likes_count": 3,
    "dislikes_count": 0,
    "comments_count": 1,
    "comments_enabled": True,
    "sensitive": False,
    "audience": "followers",
    "viewer": {"reaction": "like", "saved": False, "is_author": False, "may_comment": True},
    "created_at": "2026-11-22T10:00:00.000000Z",
    "updated_at": "2026-11-22T10:00:00.000000Z",
    "edited": False,
}
COMMENT = {
    "id": "7312849021001900",
    "post": "7312849021001728",
    "author": PERSON,
    "text": "What a light, @alice!",
    "mentions": ["alice"],
    "reply_to": None,
    "thread": None,
    "replies_count": 0,
    "likes_count": 2,
    "pinned": False,
    "edited": False,
    "hidden": False,
    "removed": False,
    "viewer": {"liked": False},
    "created_at": "2026-11-22T10:05:00.000000Z",
}
A_POST = answered("A post", POST)
A_DELETED_POST = answered("A deleted post", {
    **POST,
    "viewer": {"reaction": None, "saved": False, "is_author": True, "may_comment": True},
    "comments_from": None, "user_latitude": None, "user_longitude": None, "state": "deleted", "publish_at": None,
    "deleted_at": "2026-11-25T08:00:00.000000Z",
    "purge_at": "2026-12-25T08:00:00.000000Z",
})  # fmt: skip
PUBLISH = sent(
    "Two photographs",
    {
        "media": ["7312849021001700", "7312849021001701"],
        "caption": "The bridge at six, with @alice #sunset",
        "place": "Galata",
        "media_latitude": "41.015137",
        "media_longitude": "28.979530",
    },
    description=f"1-{MAX_MEDIA} media, in the order in which they are to be shown.",
)
PUBLISH_LATER = sent(
    "To be published by itself",
    {"media": ["7312849021001700"], "caption": "Good morning", "publish_at": "2026-12-24T07:00:00Z"},
)
EDIT = sent(
    "Another caption",
    {"caption": "The bridge at seven", "alt_texts": {"7312849021001700": "A bridge at night"}},
)
COMMENT_SENT = sent("A comment", {"text": "What a light, @alice!"})
COMMENT_EDITED = sent("Other words", {"text": "What a light, and what a bridge!"})
A_COMMENT = answered("A comment", COMMENT)
REACTED = answered("Liked", {"reaction": "like", "likes_count": 4, "dislikes_count": 0})
SAVED = answered("Saved", {"saved": True})
COLLECTION = {
    "id": "7312849021002100",
    "name": "Istanbul",
    "posts_count": 12,
    "cover": POST["media"][0],  # type: ignore[index]  # a list, as written above
    "cover_post": None,
    "created_at": "2026-11-22T10:00:00.000000Z",
}
A_COLLECTION = answered("A collection", COLLECTION)
COLLECTION_SENT = sent("A collection", {"name": "Istanbul"})
COLLECTION_EDITED = sent("Another name and cover", {"name": "Bosporus", "cover_post": "7312849021001728"})
MOVE = sent("Moved from another", {"from_collection": "7312849021002101"})
ORDER_SENT = sent("Two first", {"ids": ["7312849021002101", "7312849021002100"]})
ORDERED = answered("Both", {"ids": ["7312849021002101", "7312849021002100"]})
COMMENT_LIKED = answered("Liked", {"liked": True, "likes_count": 3})
COMMENT_PINNED = answered("Pinned", {"pinned": True})
_WORDS = {"words": ["spoiler", "who asked", "🤡"]}
HIDDEN_WORDS = [sent("A list", _WORDS), answered("One's list", _WORDS)]
A_TAG = answered("A tag", {"name": "sunset", "posts_count": 128, "following": False})
TAG_FOLLOWED = answered("Following", {"following": True})
TRENDING = answered("A trend", {"name": "eclipse", "people_count": 41, "posts_count": 77, "window_hours": 24})
PLACE = {"id": "7312849021001702", "name": "Galata"}
A_PLACE = answered("A place", {**PLACE, "posts_count": 12})
NEARBY_PLACE = answered("A place", {**PLACE, "distance_m": 340, "nearby_posts": 3})
NEARBY_POST = answered("A post", {**POST, "distance_m": 340})
