"""A story as a viewer and as its author sees it, and the tray."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from accounts.serializers import PersonSerializer
from api.fields import IdField
from media.models import Media
from media.serializers import MediaSerializer
from social.models import Audience
from stories import examples
from stories.limits import MAX_VIDEO_SECONDS
from stories.models import Story
from stories.serializers.inputs import AUDIENCE

STATES = ["processing", "failed", "current", "expired"]


class _MediaOfStory:
    """Shows a story's media. For others than its author its addresses end with the story."""

    context: dict[str, Any]

    @extend_schema_field(MediaSerializer)
    def get_media(self, story: Story) -> dict[str, Any]:
        others = story.author_id != self.context["viewer"].pk
        bounds = {
            "private": story.has_private_media,
            "not_after": story.expires_at if others else None,
            "token_for": self.context.get("token_for"),
        }
        return MediaSerializer(context=bounds).to_representation(story.media)


class TrayStorySerializer(_MediaOfStory, serializers.Serializer[Any]):
    """A story within its person's entry."""

    id = IdField(read_only=True)
    media = serializers.SerializerMethodField()
    seen = serializers.BooleanField(source="viewer_seen", read_only=True, help_text="Your own always are.")
    created_at = serializers.DateTimeField(read_only=True)
    expires_at = serializers.DateTimeField(read_only=True, allow_null=True, help_text="Null until it is published.")
    audience = serializers.ChoiceField(Audience.choices, read_only=True, help_text=AUDIENCE)


@extend_schema_serializer(examples=[examples.TRAY])
class TrayEntrySerializer(serializers.Serializer[Any]):
    """A person and their current stories, oldest first."""

    user = PersonSerializer(read_only=True)
    stories = TrayStorySerializer(many=True, read_only=True)
    all_seen = serializers.BooleanField(read_only=True)


class StoryErrorSerializer(serializers.Serializer[Any]):
    """Why it was not published."""

    code = serializers.CharField(read_only=True)
    detail = serializers.CharField(read_only=True)


@extend_schema_serializer(examples=[examples.STORY_OF_ONES_OWN, examples.A_STORY])
class StorySerializer(_MediaOfStory, serializers.Serializer[Any]):
    """A story by itself."""

    id = IdField(read_only=True)
    author = PersonSerializer(read_only=True)
    media = serializers.SerializerMethodField()
    seen = serializers.BooleanField(source="viewer_seen", read_only=True, help_text="Your own always are.")
    created_at = serializers.DateTimeField(read_only=True)
    expires_at = serializers.DateTimeField(read_only=True, allow_null=True, help_text="Null until it is published.")
    audience = serializers.ChoiceField(Audience.choices, read_only=True, help_text=AUDIENCE)
    state = serializers.ChoiceField(STATES, read_only=True, help_text="Only for the author.")
    error = serializers.SerializerMethodField(help_text="Only for the author, of a `failed` one.")

    FOR_AUTHOR = ("state", "error")

    def to_representation(self, story: Story) -> dict[str, Any]:
        shown = super().to_representation(story)
        if story.author_id != self.context["viewer"].pk:
            for name in self.FOR_AUTHOR:
                del shown[name]
        return shown

    @extend_schema_field(StoryErrorSerializer(allow_null=True))
    def get_error(self, story: Any) -> dict[str, str] | None:
        if story.state != "failed":
            return None
        if story.media.state == Media.State.FAILED:
            return {"code": story.media.error_code, "detail": story.media.error_detail}
        detail = f"A story's video is at most {MAX_VIDEO_SECONDS} seconds long."
        return {"code": "video_too_long", "detail": detail}
