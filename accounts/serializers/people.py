"""Shapes of people."""

from typing import Any

from django.core.validators import URLValidator
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from accounts import examples
from accounts.models import CommentsFrom, User
from accounts.names import checked_username
from api.fields import ChoiceField, IdField, LineField, SwitchField, TextField
from media.media_urls import smallest_url

WEBSITE = "A whole address, beginning with https:// or http://."


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

    email_verified = serializers.BooleanField(source="is_email_verified", read_only=True)

    class Meta:
        model = User
        fields = [
            "bio", "website", "email", "email_verified", "birth_date", "posts_count", "followers_count",
            "following_count", "comments_from", "created_at", "last_login",
        ]  # fmt: skip
        read_only_fields = fields


@extend_schema_serializer(examples=[examples.ME])
class MeSerializer(PersonSerializer):
    """Oneself, with what others do not see."""

    email_verified = serializers.BooleanField(source="is_email_verified", read_only=True)

    class Meta:
        model = User
        fields = [*PersonSerializer.Meta.fields, *OwnDetailsSerializer.Meta.fields]
        read_only_fields = fields


@extend_schema_serializer(examples=[examples.PROFILE_CHANGE])
class ProfileInput(serializers.Serializer[Any]):
    """What one may change of oneself."""

    name = LineField(max_length=256, required=False)
    bio = TextField(max_length=150, required=False, allow_blank=True)
    website = serializers.CharField(
        max_length=200,
        required=False,
        allow_blank=True,
        validators=[URLValidator(schemes=["http", "https"], message=WEBSITE)],
        help_text="With its scheme: https://….",
    )
    is_private = SwitchField(required=False)
    comments_from = ChoiceField(
        CommentsFrom.choices, required=False, help_text="Who may comment on your posts, where one says nothing else."
    )


@extend_schema_serializer(examples=[examples.USERNAME])
class UsernameInput(serializers.Serializer[Any]):
    username = LineField(max_length=30)

    def validate_username(self, value: str) -> str:
        return checked_username(value)


class UsernameErrorSerializer(serializers.Serializer[Any]):
    """Why a user name cannot be had."""

    code = serializers.CharField(read_only=True, help_text="`unique` (taken), `reserved`, `invalid`, …")
    detail = serializers.CharField(read_only=True)


@extend_schema_serializer(component_name="UsernameCheck", examples=examples.USERNAME_CHECKS)
class UsernameCheckSerializer(serializers.Serializer[Any]):
    """Whether a user name is free."""

    username = serializers.CharField(read_only=True, help_text="As it would be kept: in lower case.")
    available = serializers.BooleanField(read_only=True)
    error = UsernameErrorSerializer(read_only=True, allow_null=True, help_text="Null of one that is free.")


@extend_schema_serializer(examples=[examples.AVATAR])
class AvatarInput(serializers.Serializer[Any]):
    media = IdField(help_text="One of your photos.")
