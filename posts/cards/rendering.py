"""The card of a post: PostSerializer's bytes, with slots for what differs between viewers or changes all the time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import media.media_urls
import media.serializers
from api.cards import Cards, slot, template_of, token_slot
from posts import serializers
from posts.models import Post
from posts.serializers import PostSerializer

Key = tuple[int, str, bool]  # a post's id, the version of its card, and whether it is the edition for its author
MAX_BYTES = 96 * 1024 * 1024  # of one process
_NOBODY = -1


class PostCardSerializer(PostSerializer):
    """A post as everybody sees it; the fields below are slots."""

    author = slot()
    mentions = slot()
    likes_count = slot()
    dislikes_count = slot()
    comments_count = slot()
    viewer = slot()


class _Reader:
    """Whom a card is made for: its author, or nobody in particular."""

    def __init__(self, pk: int) -> None:
        self.pk = pk


def _render(keys: Sequence[Key]) -> Mapping[Key, bytes]:
    editions: dict[int, set[bool]] = defaultdict(set)
    for pk, _, own in keys:
        editions[pk].add(own)
    made: dict[Key, bytes] = {}
    rows: Any = Post.objects.filter(pk__in=list(editions)).for_cards()
    for post in rows:
        for own in editions[post.pk]:
            reader = _Reader(post.author_id if own else _NOBODY)
            shape = PostCardSerializer(context={"viewer": reader, "token_for": token_slot})
            made[post.pk, post.card_version or "", own] = template_of(shape.to_representation(post))
    return made


cards: Cards[Key] = Cards(
    "post", _render, max_bytes=MAX_BYTES, shaped_by=[serializers, media.serializers, media.media_urls]
)
