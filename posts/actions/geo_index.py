"""Where others see a post on the map. Called inside the transactions of publish and edit."""

from decimal import Decimal

from posts.geo_cells import cells_of, rounded
from posts.models import Post, PostCell


def update_geo_index(*, post: Post) -> None:
    """Sets the position that others are shown, rounded unless its author chose exact, and finds the post by that alone.

    So nobody can measure their way to what was rounded.
    """
    latitude, longitude = position_for_others(post)
    if (post.shown_latitude, post.shown_longitude) == (latitude, longitude):
        return
    post.cells.all().delete()
    add_to_geo_index(post=post)
    post.save(update_fields=["shown_latitude", "shown_longitude"])


def add_to_geo_index(*, post: Post) -> None:
    """As `update_geo_index`, of a new post, whose row the caller writes."""
    latitude, longitude = post.shown_latitude, post.shown_longitude = position_for_others(post)
    if latitude is not None and longitude is not None:
        cells = [PostCell(post=post, cell=cell, timeline_id=post.timeline_id) for cell in cells_of(latitude, longitude)]
        PostCell.objects.bulk_create(cells)


def position_for_others(post: Post) -> tuple[Decimal | None, Decimal | None]:
    """Of a post as it is now, whatever was shown before."""
    latitude, longitude = post.media_latitude, post.media_longitude
    if latitude is None or longitude is None or post.exact_location:
        return latitude, longitude
    return rounded(latitude, longitude)
