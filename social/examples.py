"""What profiles and relations look like in the documents."""

from accounts.examples import PERSON
from api.examples import answered

_RELATION = {"following": "following", "followed_by": False, "blocking": False, "muting": False}
_COUNTS = {"posts_count": 12, "followers_count": 340, "following_count": 99}
PROFILE = {**PERSON, "bio": "Mountains.", "website": "", **_COUNTS, "viewer": _RELATION}

A_PROFILE = answered("A profile", PROFILE)
RELATIONSHIP = answered("Bob", {"username": "bob", **_RELATION})
FOLLOWING = answered("Following", {"state": "following"})
REQUESTED = answered("Asked", {"state": "requested"})
BLOCKED = answered("Blocked", {"blocking": True})
MUTED = answered("Muted", {"muting": True})
