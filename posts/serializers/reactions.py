"""What a reaction and a save answer."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from posts import examples
from posts.models import Reaction


@extend_schema_serializer(
    component_name="ReactionState", examples=[examples.REACTED]
)  # generators make a class of its member `reaction`
class ReactionSerializer(serializers.Serializer[Any]):
    """One's reaction and the counts after it."""

    reaction = serializers.ChoiceField(Reaction.Kind.choices, read_only=True)
    likes_count = serializers.IntegerField(read_only=True)
    dislikes_count = serializers.IntegerField(read_only=True)


@extend_schema_serializer(examples=[examples.SAVED])
class SavedSerializer(serializers.Serializer[Any]):
    saved = serializers.BooleanField(read_only=True)
