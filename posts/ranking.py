"""The best posts of a tag."""

from collections.abc import Sequence

from django.contrib.auth.base_user import AbstractBaseUser

from api.ids import MAX_ID
from posts.models import Post, Tag
from posts.models.candidates import OF_TAGS, newest_visible

MAX_BEST = 100
MAX_RANKED = 1000


def best_of_tag(tag: Tag, viewer: AbstractBaseUser) -> list[int]:
    """Timeline ids of the most liked of the newest 1,000 posts of the tag that the viewer may see, the best first."""

    def visible(count: int, ids: Sequence[int]) -> list[tuple[int, int]]:
        posts = Post.objects.visible_to(viewer).filter(timeline_id__in=ids).order_by("-timeline_id")
        return [
            (likes, timeline_id or 0) for likes, timeline_id in posts.values_list("likes_count", "timeline_id")[:count]
        ]

    newest = newest_visible(OF_TAGS, [tag.pk], visible, below=MAX_ID, count=MAX_RANKED)
    return [timeline_id for _, timeline_id in sorted(newest, reverse=True)[:MAX_BEST]]
