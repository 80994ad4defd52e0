"""The card of a post: PostSerializer's bytes, with slots for what differs between viewers or changes all the time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

import media.media_urls
import media.serializers
from api.cards import Cards, slot, template_of, token_slot
from api.compiled import Parameters, any_of, compiled
from media.media_urls import attach_renditions
from media.models import Media
from posts import serializers
from posts.models import Post, PostMedia, PostTag
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

    def __init__(self, reader: "_Reader", shown: "_Shown") -> None:
        super().__init__(context={"viewer": reader, "token_for": token_slot})
        self._shown = shown

    def get_tags(self, post: Post) -> list[str]:
        return self._shown.tags[post.pk]

    def get_media(self, post: Post) -> list[dict[str, Any]]:
        shape = self.shape_of_media(post)
        return [shape.to_representation(one) for one in self._shown.media[post.pk]]


class _Reader:
    """Whom a card is made for: its author, or nobody in particular."""

    pk = _NOBODY


@compiled
def _posts(given: Parameters) -> QuerySet[Any, Any]:
    return Post.objects.filter(any_of("id", given.ids("posts"))).for_cards()


@compiled
def _items(given: Parameters) -> QuerySet[Any, Any]:
    items = PostMedia.objects.filter(any_of("post_id", given.ids("posts")))
    return items.order_by("post", "position").select_related("media")


@compiled
def _tags(given: Parameters) -> QuerySet[Any, Any]:
    tags = PostTag.objects.filter(any_of("post_id", given.ids("posts")))
    return tags.order_by("post", "position").values_list("post_id", "name")


class _Shown:
    """What these posts show of other tables, by their ids. (A prefetch takes twice as long.)"""

    def __init__(self, posts: Sequence[int]) -> None:
        self.media: dict[int, list[Media]] = defaultdict(list)
        self.tags: dict[int, list[str]] = defaultdict(list)
        for item in _items().instances(posts=posts):
            self.media[item.post_id].append(item.media)
        for post, name in _tags().rows(posts=posts):
            self.tags[post].append(name)
        attach_renditions(one for some in self.media.values() for one in some)


def _render(keys: Sequence[Key]) -> Mapping[Key, bytes]:
    editions: dict[int, set[bool]] = defaultdict(set)
    for pk, _, own in keys:
        editions[pk].add(own)
    posts = _posts().instances(posts=list(editions))
    # One serializer for all: making one for each post takes longer than rendering it.
    reader = _Reader()
    shape = PostCardSerializer(reader, _Shown(list(editions)))
    made: dict[Key, bytes] = {}
    for post in posts:
        for own in editions[post.pk]:
            reader.pk = post.author_id if own else _NOBODY
            made[post.pk, post.card_version or "", own] = template_of(shape.to_representation(post))
    return made


cards: Cards[Key] = Cards(
    "post", _render, max_bytes=MAX_BYTES, shaped_by=[serializers, media.serializers, media.media_urls]
)
