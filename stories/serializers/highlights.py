"""Highlights, and the stories in them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from accounts.serializers import PersonSerializer
from api.fields import IdField
from media.serializers import MediaSerializer
from social.models import Audience
from stories import examples
from stories.models import HighlightItem


@extend_schema_serializer(examples=[examples.A_HIGHLIGHT])
class HighlightSerializer(serializers.Serializer[Any]):
    """A highlight in lists."""

    id = IdField(read_only=True)
    title = serializers.CharField(read_only=True)
    cover = serializers.SerializerMethodField(
        help_text="What its owner chose, else its first story's media; null when it is empty."
    )
    items_count = serializers.IntegerField(read_only=True)

    @extend_schema_field(MediaSerializer(allow_null=True))
    def get_cover(self, highlight: Any) -> dict[str, Any] | None:
        first = highlight.first_items[0].story if highlight.first_items else None
        story = None if highlight.cover_media else highlight.cover_story or first
        media = story.media if story else highlight.cover_media
        private = highlight.owner.is_private or bool(story and not story.is_for_all)
        return MediaSerializer(context={"private": private}).to_representation(media) if media else None


@extend_schema_serializer(examples=[examples.HIGHLIGHT_IN_DETAIL])
class HighlightDetailSerializer(HighlightSerializer):
    """A highlight by itself; its stories are a list of their own."""

    author = PersonSerializer(source="owner", read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(
        read_only=True, help_text="Its title, its cover or its stories changed, those for close friends aside."
    )


@extend_schema_serializer(examples=[examples.AN_ITEM])
class HighlightStorySerializer(serializers.Serializer[Any]):
    """A story within a highlight, also after it has expired."""

    id = IdField(source="story_id", read_only=True)
    media = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField(source="story.created_at", read_only=True)
    audience = serializers.ChoiceField(Audience.choices, source="story.audience", read_only=True)

    @extend_schema_field(MediaSerializer)
    def get_media(self, item: HighlightItem) -> dict[str, Any]:
        shape = MediaSerializer(context={"private": item.story.has_private_media})
        return shape.to_representation(item.story.media)
