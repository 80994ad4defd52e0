"""Shapes of registration."""

from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts import examples, passwords
from accounts.models import User
from accounts.names import checked_username
from accounts.serializers.addresses import AddressField
from accounts.serializers.logging_in import MAX_PASSWORD_LENGTH, TokensSerializer
from accounts.serializers.people import MeSerializer
from api.fields import LineField


def _years_since(day: date) -> int:
    today = timezone.now().date()
    return today.year - day.year - ((today.month, today.day) < (day.month, day.day))


@extend_schema_serializer(examples=[examples.REGISTER])
class RegisterInput(serializers.Serializer[Any]):
    username = LineField(max_length=30)
    name = LineField(max_length=256)
    email = AddressField()
    password = serializers.CharField(
        max_length=MAX_PASSWORD_LENGTH, trim_whitespace=False, style={"input_type": "password"}
    )
    birth_date = serializers.DateField()
    invitation = serializers.CharField(
        max_length=64, required=False, allow_blank=True, default="", help_text="Where `registration` is `invitation`."
    )

    def validate_username(self, value: str) -> str:
        return checked_username(value)

    def validate_birth_date(self, value: date) -> date:
        if value.year < 1900 or not _years_since(value) >= settings.MINIMUM_AGE_YEARS:
            raise serializers.ValidationError(f"One must be {settings.MINIMUM_AGE_YEARS} or older.", "too_young")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        person = User(username=attrs["username"], name=attrs["name"], email=attrs["email"])
        passwords.refuse_weak(attrs["password"], person, "password")
        return attrs


@extend_schema_serializer(examples=[examples.AWAITING_APPROVAL])
class AwaitingApprovalSerializer(serializers.Serializer[Any]):
    """A moderator decides; the answer comes by mail."""

    state = serializers.CharField(read_only=True, help_text="`awaiting_approval`.")


@extend_schema_serializer(examples=[examples.REGISTERED])
class RegisteredSerializer(TokensSerializer):
    user = MeSerializer(read_only=True)
