"""Pictures of media in the pages of the workbench."""

from django import template

from media.models import Media
from media.thumbnails import large, thumbnail
from posts.models import Post

register = template.Library()


@register.simple_tag
def thumbnail_of(media: Media) -> str:
    return thumbnail(media)


@register.simple_tag
def large_of(media: Media) -> str:
    return large(media)


@register.simple_tag
def first_of(post: Post) -> str:
    """The first picture of a post; its words if there is none."""
    items = sorted(post.items.all(), key=lambda item: item.position)
    return thumbnail(items[0].media) if items else post.caption
