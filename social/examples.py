"""What profiles and relations look like in the documents."""

from accounts.examples import PERSON
from api.examples import answered, sent

_UNTIL = "2026-11-27T08:00:00.000000Z"
_RELATION = {
    "following": "following", "followed_by": False, "blocking": False, "muting": False, "muted_until": None,
    "close_friend": False,
}  # fmt: skip
_COUNTS = {"posts_count": 12, "followers_count": 340, "following_count": 99}
PROFILE = {**PERSON, "bio": "Mountains.", "website": "", **_COUNTS, "viewer": _RELATION}

A_PROFILE = answered("A profile", PROFILE)
A_PROFILE_IN_DETAIL = answered("A profile", {**PROFILE, "mutuals_count": 7})
A_LISTED_PERSON = answered("Somebody one follows", {**PERSON, "viewer": _RELATION})
RELATIONSHIP = answered("Bob", {"username": "bob", **_RELATION})
FOLLOWING = answered("Following", {"state": "following"})
REQUESTED = answered("Asked", {"state": "requested"})
CLOSE = answered("A close friend", {"close_friend": True})
BLOCKED = answered("Blocked", {"blocking": True})
MUTE = sent("Until a moment", {"until": _UNTIL})
MUTE_FOR = sent("For eight hours", {"duration_s": 28800})
MUTED = answered("Muted for good", {"muting": True, "until": None})
MUTED_UNTIL = answered("Muted until a moment", {"muting": True, "until": _UNTIL})
A_MUTED_PERSON = answered(
    "A muted person", {**PERSON, "viewer": {**_RELATION, "muting": True, "muted_until": _UNTIL}, "until": _UNTIL}
)
