"""The best posts of a tag."""

from django.contrib.auth.base_user import AbstractBaseUser

from api.ids import MAX_ID
from posts.models import Post, Tag
from posts.models.candidates import OF_TAGS, candidates

MAX_BEST = 100
MAX_RANKED = 1000


def best_of_tag(tag: Tag, viewer: AbstractBaseUser) -> list[int]:
    """Timeline ids of the most liked of the tag's newest posts, the best first; those that the viewer may see."""
    newest = candidates(OF_TAGS, [tag.pk], below=MAX_ID, most=MAX_RANKED)
    posts = Post.objects.visible_to(viewer).filter(timeline_id__in=newest.ids)
    best = posts.order_by("-likes_count", "-timeline_id").values_list("timeline_id", flat=True)[:MAX_BEST]
    return [one for one in best if one is not None]
