"""What was seen, and by whom."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.serializers import PersonSerializer
from api.fields import IdField
from stories import examples


@extend_schema_serializer(examples=[examples.SEEN])
class SeenSerializer(serializers.Serializer[Any]):
    seen = serializers.BooleanField(read_only=True)


@extend_schema_serializer(examples=[examples.SEEN_IDS])
class SeenIdsSerializer(serializers.Serializer[Any]):
    """Which of the given stories are seen now."""

    seen = serializers.ListField(child=IdField(), read_only=True)


@extend_schema_serializer(examples=[examples.A_VIEWER])
class ViewerSerializer(serializers.Serializer[Any]):
    """Who has seen a story, and when first."""

    user = PersonSerializer(source="viewer", read_only=True)
    seen_at = serializers.DateTimeField(read_only=True)
