"""Places: their pages, and what is near a point."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from api.fields import IdField
from posts import examples
from posts.fields import DegreesField
from posts.geo_cells import MAX_RADIUS
from posts.serializers.posts import PostSerializer


@extend_schema_serializer(
    component_name="PlaceDetail", examples=[examples.A_PLACE]
)  # a `PlacePage` would be a page of places
class PlacePageSerializer(serializers.Serializer[Any]):
    """A place.

    Needs rows of `Place.objects.with_public_facts()`.
    """

    id = IdField(read_only=True)
    name = serializers.CharField(source="public_name", read_only=True, help_text="As most people write it in public.")
    posts_count = serializers.IntegerField(
        source="public_count", read_only=True, help_text="Public posts: exact up to 100, else of the last count."
    )


@extend_schema_serializer(examples=[examples.NEARBY_POST])
class NearbyPostSerializer(PostSerializer):
    """A post and how far from the point it was shown."""

    distance_m = serializers.IntegerField(read_only=True, help_text="From the position you are shown.")


@extend_schema_serializer(examples=[examples.NEARBY_PLACE])
class NearbyPlaceSerializer(serializers.Serializer[Any]):
    """A place that posts near the point name."""

    id = IdField(read_only=True)
    name = serializers.CharField(source="public_name", read_only=True)
    distance_m = serializers.IntegerField(source="nearest", read_only=True, help_text="Of the nearest of these posts.")
    nearby_posts = serializers.IntegerField(read_only=True, help_text="How many of the newest posts near name it.")


class NearbyInput(serializers.Serializer[Any]):
    """A point and how far around it."""

    lat = DegreesField(90)
    lon = DegreesField(180)
    radius_m = serializers.IntegerField(min_value=1, max_value=MAX_RADIUS, default=5000, help_text="Meters.")
