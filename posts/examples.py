"""What the endpoints answer, for the schema."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from posts.limits import MAX_MEDIA

POST_ID = OpenApiParameter("id", str, OpenApiParameter.PATH, pattern="^[0-9]{1,19}$", description="The post's id.")
POST_ID_ABOVE = OpenApiParameter("post_id", str, OpenApiParameter.PATH, pattern="^[0-9]{1,19}$")
COMMENT_ID = OpenApiParameter("id", str, OpenApiParameter.PATH, pattern="^[0-9]{1,19}$")
COMMENT_ID_ABOVE = OpenApiParameter("comment_id", str, OpenApiParameter.PATH, pattern="^[0-9]{1,19}$")
PERSON = {"id": "7312849021001001", "username": "bob", "name": "Bob", "avatar": None, "is_private": False}
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
            "url": "https://pystagram.example/media/k3J/w1080.jpg?token=…",
            "renditions": [
                {
                    "url": "https://pystagram.example/media/k3J/w1080.webp?token=…",
                    "width": 1080,
                    "height": 810,
                    "type": "image/webp",
                }
            ],
            "poster": None,
            "progress": None,
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
    "viewer": {"reaction": "like", "saved": False, "is_author": False},
    "created_at": "2026-11-22T10:00:00.000000Z",
    "updated_at": "2026-11-22T10:00:00.000000Z",
    "edited": False,
}
COMMENT = {
    "id": "7312849021001900",
    "author": PERSON,
    "text": "What a light!",
    "reply_to": None,
    "replies_count": 0,
    "likes_count": 2,
    "viewer": {"liked": False},
    "created_at": "2026-11-22T10:05:00.000000Z",
}
PUBLISHED = OpenApiExample("A post", POST, response_only=True, status_codes=["200", "201"])
PUBLISH = OpenApiExample(
    "Two photographs",
    {
        "media": ["7312849021001700", "7312849021001701"],
        "caption": "The bridge at six, with @alice #sunset",
        "place": "Galata",
        "media_latitude": "41.015137",
        "media_longitude": "28.979530",
    },
    request_only=True,
    description=f"1-{MAX_MEDIA} media, in the order in which they are to be shown.",
)
EDIT = OpenApiExample(
    "Another caption",
    {"caption": "The bridge at seven", "alt_texts": {"7312849021001700": "A bridge at night"}},
    request_only=True,
)
COMMENT_SENT = OpenApiExample("A comment", {"text": "What a light!"}, request_only=True)
COMMENT_SHOWN = OpenApiExample("A comment", COMMENT, response_only=True, status_codes=["200", "201"])
POSTS_PAGE = OpenApiExample("A page", POST, response_only=True, status_codes=["200"])
COMMENTS_PAGE = OpenApiExample("A page", COMMENT, response_only=True, status_codes=["200"])
PEOPLE_PAGE = OpenApiExample("A page", PERSON, response_only=True, status_codes=["200"])
REACTED = OpenApiExample(
    "Liked", {"reaction": "like", "likes_count": 4, "dislikes_count": 0}, response_only=True, status_codes=["200"]
)
SAVED = OpenApiExample("Saved", {"saved": True}, response_only=True, status_codes=["200"])
COMMENT_LIKED = OpenApiExample("Liked", {"liked": True, "likes_count": 3}, response_only=True, status_codes=["200"])
TAG_SHOWN = OpenApiExample(
    "A tag", {"name": "sunset", "posts_count": 128, "following": False}, response_only=True, status_codes=["200"]
)
TAG_FOLLOWED = OpenApiExample("Following", {"following": True}, response_only=True, status_codes=["200"])
TRENDING = OpenApiExample(
    "A trend",
    {"name": "eclipse", "people_count": 41, "posts_count": 77, "window_hours": 24},
    response_only=True,
    status_codes=["200"],
)
PLACE = {"id": "7312849021001702", "name": "Galata"}
PLACE_SHOWN = OpenApiExample("A place", {**PLACE, "posts_count": 12}, response_only=True, status_codes=["200"])
NEARBY_PLACE = OpenApiExample(
    "A place", {**PLACE, "distance_m": 340, "nearby_posts": 3}, response_only=True, status_codes=["200"]
)
NEARBY_POST = OpenApiExample("A page", {**POST, "distance_m": 340}, response_only=True, status_codes=["200"])
