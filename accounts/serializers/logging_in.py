"""Shapes of log-ins, tokens and passwords."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts import examples, passwords

MAX_PASSWORD_LENGTH = passwords.MAX_LENGTH


@extend_schema_serializer(examples=[examples.LOG_IN])
class LogInInput(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=256, help_text="User name or address.")
    password = serializers.CharField(
        max_length=MAX_PASSWORD_LENGTH, trim_whitespace=False, style={"input_type": "password"}
    )


@extend_schema_serializer(examples=[examples.REFRESH])
class RefreshInput(serializers.Serializer[Any]):
    refresh = serializers.CharField(max_length=2048)


@extend_schema_serializer(examples=[examples.CHANGE_PASSWORD])
class ChangePasswordInput(serializers.Serializer[Any]):
    old_password = serializers.CharField(
        max_length=MAX_PASSWORD_LENGTH, trim_whitespace=False, style={"input_type": "password"}
    )
    new_password = serializers.CharField(
        max_length=MAX_PASSWORD_LENGTH, trim_whitespace=False, style={"input_type": "password"}
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        passwords.refuse_weak(attrs["new_password"], self.context["request"].user, "new_password")
        return attrs


@extend_schema_serializer(examples=[examples.TOKENS])
class TokensSerializer(serializers.Serializer[Any]):
    access = serializers.CharField(read_only=True)
    refresh = serializers.CharField(read_only=True)
    expires_in = serializers.IntegerField(
        read_only=True, help_text="Seconds that `access` is good for, unless the session is ended before."
    )
