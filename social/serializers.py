"""Shapes of profiles and relations."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from accounts.models import User
from accounts.serializers import PersonSerializer
from social import examples
from social.limits import MAX_MUTE, MAX_MUTUALS_COUNTED


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
    muted_until = serializers.DateTimeField(
        source="viewer_muted_until", read_only=True, allow_null=True, help_text="Null: for good, or not muted."
    )
    close_friend = serializers.BooleanField(
        source="viewer_close_friend",
        read_only=True,
        help_text="Among your close friends. (Whether you are is not told.)",
    )


@extend_schema_serializer(examples=[examples.A_LISTED_PERSON])
class ListedPersonSerializer(PersonSerializer):
    """A person in a list of people, and what stands between you and them."""

    viewer = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = [*PersonSerializer.Meta.fields, "viewer"]
        read_only_fields = fields

    @extend_schema_field(RelationSerializer)
    def get_viewer(self, person: User) -> dict[str, Any]:
        return dict(RelationSerializer(person).data)


@extend_schema_serializer(examples=[examples.A_PROFILE])
class ProfileSerializer(ListedPersonSerializer):
    """A person as others see them."""

    class Meta:
        model = User
        fields = [
            *PersonSerializer.Meta.fields,
            "bio", "website", "posts_count", "followers_count", "following_count", "viewer",
        ]  # fmt: skip
        read_only_fields = fields


MUTUALS = f"Followers of theirs whom you follow, counted up to {MAX_MUTUALS_COUNTED}; null if you may not see them."


@extend_schema_serializer(component_name="ProfileDetail", examples=[examples.A_PROFILE_IN_DETAIL])
class ProfileDetailSerializer(ProfileSerializer):
    """A person's own page."""

    mutuals_count = serializers.IntegerField(read_only=True, allow_null=True, help_text=MUTUALS)

    class Meta:
        model = User
        fields = [*ProfileSerializer.Meta.fields, "mutuals_count"]
        read_only_fields = fields


@extend_schema_serializer(examples=[examples.RELATIONSHIP])
class RelationshipSerializer(RelationSerializer):
    """One answer of the batch look-up."""

    username = serializers.CharField(read_only=True)


@extend_schema_serializer(examples=[examples.FOLLOWING, examples.REQUESTED])
class FollowStateSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=["following", "requested"], read_only=True)


@extend_schema_serializer(examples=[examples.CLOSE])
class CloseFriendStateSerializer(serializers.Serializer[Any]):
    close_friend = serializers.BooleanField(read_only=True)


@extend_schema_serializer(examples=[examples.BLOCKED])
class BlockStateSerializer(serializers.Serializer[Any]):
    blocking = serializers.BooleanField(read_only=True)


@extend_schema_serializer(component_name="MuteInput", examples=[examples.MUTE, examples.MUTE_FOR])
class MuteInput(serializers.Serializer[Any]):
    """Until when; with neither, for good."""

    until = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text=f"At most {MAX_MUTE.days} days from now."
    )
    duration_s = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=int(MAX_MUTE.total_seconds()),
        help_text="Seconds from now, instead of `until`.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """`until` alone, in whichever way it was said."""
        now, until, seconds = timezone.now(), attrs["until"], attrs["duration_s"]
        if seconds is not None:
            if until is not None:
                raise _refused("duration_s", "Either `until` or `duration_s`.", "conflict")
            return {"until": now + timedelta(seconds=seconds)}
        if until is not None and until <= now:
            raise _refused("until", "This moment has passed.", "min_value")
        if until is not None and until > now + MAX_MUTE:
            raise _refused("until", f"At most {MAX_MUTE.days} days from now.", "max_value")
        return {"until": until}


def _refused(field: str, text: str, code: str) -> serializers.ValidationError:
    return serializers.ValidationError({field: serializers.ErrorDetail(text, code)})


@extend_schema_serializer(examples=[examples.MUTED, examples.MUTED_UNTIL])
class MuteStateSerializer(serializers.Serializer[Any]):
    muting = serializers.BooleanField(read_only=True)
    until = serializers.DateTimeField(read_only=True, allow_null=True, help_text="Null: for good.")


@extend_schema_serializer(examples=[examples.A_MUTED_PERSON])
class MutedPersonSerializer(ListedPersonSerializer):
    """A person whom one mutes."""

    until = serializers.DateTimeField(read_only=True, allow_null=True, help_text="Null: for good.")

    class Meta:
        model = User
        fields = [*ListedPersonSerializer.Meta.fields, "until"]
        read_only_fields = fields
