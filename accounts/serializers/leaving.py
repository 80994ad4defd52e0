"""Shapes of deleting an account."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts import examples
from accounts.serializers.second_factor import PasswordInput


@extend_schema_serializer(examples=[examples.DELETION])
class DeletionInput(PasswordInput):
    code = serializers.CharField(
        max_length=64,
        required=False,
        allow_blank=True,
        default="",
        help_text="Of the app, or a recovery code; needed where there is a second factor.",
    )


@extend_schema_serializer(examples=[examples.DELETED])
class DeletionSerializer(serializers.Serializer[Any]):
    purge_at = serializers.DateTimeField(read_only=True, help_text="Until then it can be taken back.")
