"""The archive by months."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from stories import examples


@extend_schema_serializer(component_name="StoryMonth")
class MonthSerializer(serializers.Serializer[Any]):
    """A month of the archive, in UTC."""

    month = serializers.CharField(read_only=True, help_text="YYYY-MM")
    count = serializers.IntegerField(read_only=True)


@extend_schema_serializer(many=False, component_name="StoryMonthPage", examples=[examples.MONTHS])
class MonthPageSerializer(serializers.Serializer[Any]):
    """All months of the archive."""

    results = MonthSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="Always null.")
