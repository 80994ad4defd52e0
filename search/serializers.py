"""Shapes of suggestions, of what explore shows and of what was found."""

from typing import Any

from drf_spectacular.drainage import set_override
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.examples import ALICE, PERSON
from accounts.serializers import PersonSerializer
from api.examples import answered
from posts.examples import POST
from posts.serializers import PlacePageSerializer, PostSerializer, TagSerializer
from social.serializers import ProfileSerializer

_FOLLOWED_BY = {"kind": "followed_by_people_you_follow", "count": 3, "people": [ALICE]}
_LIKED_BY = {"kind": "liked_by_people_you_follow", "count": 2, "people": [PERSON]}


class _ReasonSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(read_only=True, help_text="Of the newest 100 people you follow; 0 else.")
    people = PersonSerializer(many=True, read_only=True, help_text="Three of them at most.")


class SuggestionReasonSerializer(_ReasonSerializer):
    kind = serializers.CharField(
        read_only=True, help_text="`followed_by_people_you_follow`, `follows_you` or `popular_here`; more may come."
    )


@extend_schema_serializer(examples=[answered("somebody", {"user": PERSON, "reason": _FOLLOWED_BY})])
class SuggestionSerializer(serializers.Serializer[Any]):
    """Somebody one may know, and why."""

    user = PersonSerializer(read_only=True)
    reason = SuggestionReasonSerializer(source="*", read_only=True)


class ExploreReasonSerializer(_ReasonSerializer):
    kind = serializers.CharField(
        read_only=True, help_text="`liked_by_people_you_follow`, `popular` or `recent`; more may come."
    )


@extend_schema_serializer(examples=[answered("a popular post", {"post": POST, "reason": _LIKED_BY})])
class ExploreEntrySerializer(serializers.Serializer[Any]):
    """A post, and why it is shown."""

    post = PostSerializer(read_only=True)
    reason = ExploreReasonSerializer(source="*", read_only=True)


class ResultTypeField(serializers.Field[Any, Any, Any, Any]):
    """What kind of thing a result is, as the parameter `type` names it: always the same text."""

    def __init__(self, kind: str) -> None:
        super().__init__(read_only=True, source="*")
        self.kind = kind
        set_override(self, "field", {"type": "string", "const": kind})

    def to_representation(self, value: Any) -> str:
        return self.kind


@extend_schema_serializer(component_name="UserResult")
class UserResultSerializer(ProfileSerializer):
    """A person who was found."""

    type = ResultTypeField("users")

    class Meta(ProfileSerializer.Meta):
        fields = [*ProfileSerializer.Meta.fields, "type"]
        read_only_fields = fields


@extend_schema_serializer(component_name="TagResult")
class TagResultSerializer(TagSerializer):
    """A tag that was found."""

    type = ResultTypeField("tags")


@extend_schema_serializer(component_name="PlaceResult")
class PlaceResultSerializer(PlacePageSerializer):
    """A place that was found."""

    type = ResultTypeField("places")


@extend_schema_serializer(component_name="PostResult")
class PostResultSerializer(PostSerializer):
    """A post that was found."""

    type = ResultTypeField("posts")
