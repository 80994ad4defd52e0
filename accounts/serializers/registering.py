"""Shapes of registration."""

import re
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts import examples, passwords
from accounts.models import User
from accounts.serializers.addresses import AddressField
from accounts.serializers.logging_in import MAX_PASSWORD_LENGTH, TokensSerializer
from accounts.serializers.people import MeSerializer
from api.fields import LineField

USERNAME = re.compile(r"(?!.*\.\.)[a-z0-9_][a-z0-9._]{1,28}[a-z0-9_]")
RESERVED = frozenset(
    """
    about account accounts admin administrator api app auth blog docs explore feed help instance login
    logout me media moderator nobody null oauth official privacy pystagram root schema search security
    settings signup static status stories suggestions support system tags terms undefined user users v1
    www
    """.split()  # noqa: SIM905 (a list of words reads better than a list of strings)
)


def _username(text: str) -> str:
    name = text.lower()
    if not (3 <= len(name) <= 30 and USERNAME.fullmatch(name)):
        raise serializers.ValidationError("3 to 30 of a-z, 0-9, dot and underscore; no dot first, last or twice.")
    if name in RESERVED:
        raise serializers.ValidationError("This name is reserved.", "reserved")
    return name


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

    def validate_username(self, value: str) -> str:
        return _username(value)

    def validate_birth_date(self, value: date) -> date:
        if value.year < 1900 or not _years_since(value) >= settings.MINIMUM_AGE_YEARS:
            raise serializers.ValidationError(f"One must be {settings.MINIMUM_AGE_YEARS} or older.", "too_young")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        person = User(username=attrs["username"], name=attrs["name"], email=attrs["email"])
        passwords.refuse_weak(attrs["password"], person, "password")
        return attrs


@extend_schema_serializer(examples=[examples.REGISTERED])
class RegisteredSerializer(TokensSerializer):
    user = MeSerializer(read_only=True)
