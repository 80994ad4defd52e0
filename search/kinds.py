"""What can be searched for: each kind has a module with `find` (see search/result.py)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from posts.examples import PLACE, POST
from search.names import places, tags
from search.people import matching as people
from search.posts import matching as posts
from search.result import Find
from search.serializers import (
    PlaceResultSerializer,
    PostResultSerializer,
    TagResultSerializer,
    UserResultSerializer,
)
from social.examples import PROFILE

BEST = "best"


@dataclass(frozen=True)
class Kind:
    """How one kind is found (by the name of the order) and shown."""

    find: Find
    shape: type[Any]
    example: dict[str, Any]
    orders: Mapping[str, Find] = field(default_factory=dict)

    def in_order(self, name: str) -> Find:
        """By `BEST`, or by one of its `orders`."""
        return self.find if name == BEST else self.orders[name]


KINDS: dict[str, Kind] = {
    "users": Kind(people.find, UserResultSerializer, PROFILE),
    "tags": Kind(tags.find, TagResultSerializer, {"name": "sunset", "posts_count": 128, "following": False}),
    "places": Kind(places.find, PlaceResultSerializer, {**PLACE, "posts_count": 12}),
    "posts": Kind(posts.find_best, PostResultSerializer, POST, {"newest": posts.find_newest}),
}
