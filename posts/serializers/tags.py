"""Tags: their pages, following them, trending ones."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from posts import examples


@extend_schema_serializer(examples=[examples.A_TAG])
class TagSerializer(serializers.Serializer[Any]):
    """A tag.

    Needs rows of `Tag.objects.for_display(viewer)`.
    """

    name = serializers.CharField(source="public_name", read_only=True, help_text="As most people write it in public.")
    posts_count = serializers.IntegerField(
        source="public_count", read_only=True, help_text="Public posts: exact up to 100, else of the last count."
    )
    following = serializers.BooleanField(source="viewer_following", read_only=True)


@extend_schema_serializer(examples=[examples.TAG_FOLLOWED])
class TagFollowedSerializer(serializers.Serializer[Any]):
    following = serializers.BooleanField(read_only=True)


@extend_schema_serializer(examples=[examples.TRENDING])
class TrendingTagSerializer(serializers.Serializer[Any]):
    """A tag that more people use than usually."""

    name = serializers.CharField(source="public_name", read_only=True)
    people_count = serializers.IntegerField(read_only=True, help_text="Public accounts that used it in the window.")
    posts_count = serializers.IntegerField(read_only=True, help_text="Their posts in the window.")
    window_hours = serializers.IntegerField(read_only=True)
