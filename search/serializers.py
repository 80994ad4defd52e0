"""Shapes of suggestions and of what explore shows."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.examples import ALICE, PERSON
from accounts.serializers import PersonSerializer
from api.examples import answered
from posts.examples import POST
from posts.serializers import PostSerializer

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
