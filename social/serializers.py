"""Shapes of profiles and relations."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from accounts.models import User
from accounts.serializers import PersonSerializer
from social import examples


class RelationSerializer(serializers.Serializer[User]):
    """What stands between the viewer and a person.

    Needs rows of `with_relation_to(viewer, …)`.
    """

    following = serializers.ChoiceField(
        choices=["following", "requested"], source="viewer_following", allow_null=True, read_only=True
    )
    followed_by = serializers.BooleanField(source="viewer_followed_by", read_only=True)
    blocking = serializers.BooleanField(source="viewer_blocking", read_only=True)
    muting = serializers.BooleanField(source="viewer_muting", read_only=True)


@extend_schema_serializer(examples=[examples.A_PROFILE])
class ProfileSerializer(PersonSerializer):
    """A person as others see them."""

    viewer = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = [
            *PersonSerializer.Meta.fields,
            "bio", "website", "posts_count", "followers_count", "following_count", "viewer",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(RelationSerializer)
    def get_viewer(self, person: User) -> dict[str, Any]:
        return dict(RelationSerializer(person).data)


@extend_schema_serializer(examples=[examples.RELATIONSHIP])
class RelationshipSerializer(RelationSerializer):
    """One answer of the batch look-up."""

    username = serializers.CharField(read_only=True)


@extend_schema_serializer(examples=[examples.FOLLOWING, examples.REQUESTED])
class FollowStateSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=["following", "requested"], read_only=True)


@extend_schema_serializer(examples=[examples.BLOCKED])
class BlockStateSerializer(serializers.Serializer[Any]):
    blocking = serializers.BooleanField(read_only=True)


@extend_schema_serializer(examples=[examples.MUTED])
class MuteStateSerializer(serializers.Serializer[Any]):
    muting = serializers.BooleanField(read_only=True)
