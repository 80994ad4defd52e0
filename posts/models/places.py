"""Places by name, and posts on the map."""

from typing import Any

from django.db import models
from django.db.models import Count, F, Min, QuerySet

from api.ids import IdField
from posts.limits import MAX_PLACE_LENGTH
from posts.models.labels import Label, LabelQuerySet, search_indexes


class PlaceQuerySet(LabelQuerySet):
    uses, key, post = "posts", "place", ""

    def named_by(self, posts: QuerySet[Any]) -> QuerySet[Any]:
        """Id and name of the places that these posts of `near` name, how many do, and how far the nearest is."""
        named: QuerySet[Any] = posts.values(near_id=F("place"), near_name=F("place__name"))
        places: QuerySet[Any] = named.annotate(nearest=Min("distance_m"), nearby_posts=Count("pk"))
        return places


class Place(Label):
    """A place people name; the same name (normalized) is the same place."""

    id = IdField()
    name = models.CharField(max_length=MAX_PLACE_LENGTH, help_text="As first written.")
    normalized_name = models.CharField(max_length=MAX_PLACE_LENGTH, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    objects = PlaceQuerySet.as_manager()

    class Meta:
        indexes = search_indexes("place")

    def __str__(self) -> str:
        return self.name


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
