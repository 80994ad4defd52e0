"""Shapes of people, log-ins and tokens."""

import re
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from accounts import examples, passwords
from accounts.models import User
from api.fields import IdField, LineField, SwitchField, TextField
from media.media_urls import smallest_url

MAX_PASSWORD_LENGTH = passwords.MAX_LENGTH
USERNAME = re.compile(r"(?!.*\.\.)[a-z0-9_][a-z0-9._]{1,28}[a-z0-9_]")
RESERVED = frozenset(
    """
    about account accounts admin administrator api app auth blog docs explore feed help instance login
    logout me media moderator nobody null oauth official privacy pystagram root schema search security
    settings signup static status stories suggestions support system tags terms undefined user users v1
    www
    """.split()  # noqa: SIM905 (a list of words reads better than a list of strings)
)


@extend_schema_field({"type": ["string", "null"], "format": "uri"})
class AvatarField(serializers.Field[Any, Any, str | None, Any]):
    """The address of a person's small picture, or null. Its token opens the whole media: it lives as the posts' do."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", **kwargs)

    def to_representation(self, value: User) -> str | None:
        return smallest_url(value.avatar, private=value.is_private, token_for=self.context.get("token_for"))


@extend_schema_serializer(examples=[examples.A_PERSON])
class PersonSerializer(serializers.ModelSerializer[User]):
    """The small card of a person that stands beside their content."""

    id = IdField(read_only=True)
    avatar = AvatarField(read_only=True)

    class Meta:
        model = User
        fields = ["id", "username", "name", "avatar", "is_private"]
        read_only_fields = fields


class OwnDetailsSerializer(serializers.ModelSerializer[User]):
    """What of oneself does not stand in the card."""

    class Meta:
        model = User
        fields = [
            "bio", "website", "email", "birth_date", "posts_count", "followers_count", "following_count",
            "created_at", "last_login",
        ]  # fmt: skip
        read_only_fields = fields


@extend_schema_serializer(examples=[examples.ME])
class MeSerializer(PersonSerializer):
    """Oneself, with what others do not see."""

    class Meta:
        model = User
        fields = [*PersonSerializer.Meta.fields, *OwnDetailsSerializer.Meta.fields]
        read_only_fields = fields


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
    email = serializers.EmailField(max_length=256)
    password = serializers.CharField(
        max_length=MAX_PASSWORD_LENGTH, trim_whitespace=False, style={"input_type": "password"}
    )
    birth_date = serializers.DateField()

    def validate_username(self, value: str) -> str:
        return _username(value)

    def validate_email(self, value: str) -> str:
        if not value.isascii():
            raise serializers.ValidationError("Only ASCII addresses are taken.", "invalid")
        return value.lower()

    def validate_birth_date(self, value: date) -> date:
        if value.year < 1900 or not _years_since(value) >= settings.MINIMUM_AGE_YEARS:
            raise serializers.ValidationError(f"One must be {settings.MINIMUM_AGE_YEARS} or older.", "too_young")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        person = User(username=attrs["username"], name=attrs["name"], email=attrs["email"])
        _check_password(attrs["password"], person, "password")
        return attrs


def _check_password(password: str, person: User, field: str) -> None:
    try:
        validate_password(passwords.opaque(password), person)
    except DjangoValidationError as error:
        raise serializers.ValidationError({field: error.messages}) from None


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
        _check_password(attrs["new_password"], self.context["request"].user, "new_password")
        return attrs


@extend_schema_serializer(examples=[examples.TOKENS])
class TokensSerializer(serializers.Serializer[Any]):
    access = serializers.CharField(read_only=True)
    refresh = serializers.CharField(read_only=True)


@extend_schema_serializer(examples=[examples.REGISTERED])
class RegisteredSerializer(TokensSerializer):
    user = MeSerializer(read_only=True)


@extend_schema_serializer(examples=[examples.PROFILE_CHANGE])
class ProfileInput(serializers.Serializer[Any]):
    """What one may change of oneself."""

    name = LineField(max_length=256, required=False)
    bio = TextField(max_length=150, required=False, allow_blank=True)
    website = serializers.CharField(
        max_length=200, required=False, allow_blank=True, validators=[URLValidator(schemes=["http", "https"])]
    )
    is_private = SwitchField(required=False)


@extend_schema_serializer(examples=[examples.AVATAR])
class AvatarInput(serializers.Serializer[Any]):
    media = IdField(help_text="One of your photos.")
