"""Examples for the OpenAPI document. They stand above the serializers: `@extend_schema_serializer(examples=[…])`."""

from typing import Any

from drf_spectacular.utils import OpenApiExample


def sent(name: str, value: Any, *, description: str = "") -> OpenApiExample:
    """A body."""
    return OpenApiExample(name, value, request_only=True, description=description)


def answered(name: str, value: Any, *statuses: int) -> OpenApiExample:
    """What an operation answers with: where nothing else is said, with 200 or 201."""
    return OpenApiExample(name, value, response_only=True, status_codes=list(statuses) or None)
