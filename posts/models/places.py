"""Places by name, and posts on the map."""

from typing import Any

from django.db import models
from django.db.models import Count, Min, QuerySet

from posts.limits import MAX_PLACE_LENGTH
from posts.models.labels import Label, LabelQuerySet, search_indexes


class PlaceQuerySet(LabelQuerySet):
    uses, key, post, wording = "posts", "place", "", "place_name"

    def named_by(self, posts: QuerySet[Any], most: int) -> list[Any]:
        """The places that these posts of `near` name, nearest first: with `nearest`, how far the nearest of the posts
        is, and `nearby_posts`, how many of them there are."""
        near = posts.values("place").annotate(nearest=Min("distance_m"), nearby_posts=Count("pk"))
        rows = {row["place"]: row for row in near.order_by("nearest", "place")[:most]}
        places = self.with_public_facts().in_bulk(list(rows))
        for key, place in places.items():
            place.nearest, place.nearby_posts = rows[key]["nearest"], rows[key]["nearby_posts"]
        return [places[key] for key in rows if key in places]


class Place(Label):
    """A place people name; the same name (normalized) is the same place."""

    normalized_name = models.CharField(max_length=MAX_PLACE_LENGTH, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    objects = PlaceQuerySet.as_manager()

    class Meta:
        indexes = search_indexes("place")

    def __str__(self) -> str:
        return self.normalized_name


class PostCell(models.Model):
    """A post in a cell of the map (posts/geo_cells.py), one row a level, of the position that others are shown."""

    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="cells")
    cell = models.BigIntegerField()
    timeline_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "cell"], name="no_cell_twice_of_a_post")]
        indexes = [models.Index(fields=["cell", "-timeline_id"], name="newest_in_cell")]

    def __str__(self) -> str:
        return f"post {self.post_id} in cell {self.cell}"
