"""What notifications look like in the documents."""

from accounts.examples import ALICE, PERSON
from api.examples import answered, sent
from notifications.models import CHOICES

_POST = {
    "id": "7312849021001728",
    "thumbnail": "https://pystagram.example/media/k3J/w320.webp?token=otmq3k0.c2lnbmF0dXJl",
    "alt_text": "A bridge against a red sky",
    "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
    "sensitive": False,
}
_NOTIFICATION = {
    "id": "7312849021009000",
    "kind": "like",
    "actors": [PERSON, ALICE],
    "actors_count": 14,
    "post": _POST,
    "comment": None,
    "story": None,
    "media": None,
    "moderation": None,
    "seen": False,
    "created_at": "2026-11-22T10:05:00.000000Z",
}
_COMMENT = {"id": "7312849021001900", "text": "What a light!", "reply_to": None}
_ERROR = {"code": "corrupt", "detail": "The file is damaged."}
_SETTINGS = {**dict.fromkeys(CHOICES, "everybody"), "story": "nobody", "digest": "off"}

LIKES = answered("Bob, alice and 12 others like a post", _NOTIFICATION)
A_COMMENT = answered(
    "A comment", {**_NOTIFICATION, "kind": "comment", "actors": [PERSON], "actors_count": 1, "comment": _COMMENT}
)
A_FAILURE = answered(
    "A file that could not be processed",
    {
        **_NOTIFICATION, "kind": "media_failed", "actors": [], "actors_count": 0, "post": None,
        "media": {"id": "7312849021001700", "kind": "photo", "error": _ERROR},
    },
)  # fmt: skip
A_DECISION = answered(
    "A decision of moderators",
    {
        **_NOTIFICATION, "kind": "moderation", "actors": [], "actors_count": 0, "post": None,
        "moderation": {
            "id": "7312849021009950", "decision": "take_down", "subject_type": "post", "subject_id": "7312849021001728",
            "reason": "It is spam: unwanted advertising, or the same thing over and over.",
        },
    },
)  # fmt: skip
UNREAD = answered("Three", {"count": 3})
SEEN = sent("Up to the newest that was shown", {"up_to": "7312849021009000"})
ALL_SEEN = answered("Nothing new left", {"count": 0})
SETTINGS = answered("Settings", _SETTINGS)
CHANGE = sent("Likes by people one follows", {"like": "people_i_follow"})
