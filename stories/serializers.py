"""The shapes of stories, the tray and highlights. No queries: `for_display` brought what they read."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from accounts.serializers import PersonSerializer
from api.fields import CommaListField, IdField, LineField
from media.models import Media
from media.serializers import MediaSerializer
from social.models import Audience
from stories import examples
from stories.limits import MAX_ITEMS, MAX_SEEN_AT_ONCE, MAX_TITLE_LENGTH, MAX_VIDEO_SECONDS
from stories.models import HighlightItem, Story

AUDIENCE = "`followers`: all who may see your stories. It cannot be changed later."
STATES = ["processing", "failed", "current", "expired"]


@extend_schema_serializer(examples=[examples.TELL, examples.TELL_FEW])
class StoryInput(serializers.Serializer[Any]):
    media = IdField(help_text=f"One photo, or a video of at most {MAX_VIDEO_SECONDS} seconds, of yours.")
    audience = serializers.ChoiceField(
        Audience.choices, default=Audience.FOLLOWERS, initial=Audience.FOLLOWERS, help_text=AUDIENCE
    )


@extend_schema_serializer(examples=[examples.SEEN_SENT])
class SeenInput(serializers.Serializer[Any]):
    ids = CommaListField(
        child=IdField(), max_length=MAX_SEEN_AT_ONCE, help_text="Stories; those you may not see are passed over."
    )


@extend_schema_serializer(examples=[examples.COLLECT])
class HighlightInput(serializers.Serializer[Any]):
    title = LineField(max_length=MAX_TITLE_LENGTH)
    stories = CommaListField(
        child=IdField(), min_length=1, max_length=MAX_ITEMS, help_text="Yours, current or expired, in order."
    )
    cover = IdField(
        required=False,
        allow_null=True,
        help_text="One of the stories, or a photo (media) of yours; without it the first story is shown.",
    )

    def validate_stories(self, stories: list[int]) -> list[int]:
        if len(set(stories)) < len(stories):
            raise serializers.ValidationError("Each story once.", "duplicate")
        return stories


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
    user = PersonSerializer(source="author", read_only=True)
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


@extend_schema_serializer(examples=[examples.SEEN])
class SeenSerializer(serializers.Serializer[Any]):
    seen = serializers.BooleanField(read_only=True)


@extend_schema_serializer(examples=[examples.SEEN_IDS])
class SeenIdsSerializer(serializers.Serializer[Any]):
    """Which of the given stories are seen now."""

    seen = serializers.ListField(child=IdField(), read_only=True)


@extend_schema_serializer(examples=[examples.A_VIEWER])
class ViewerSerializer(serializers.Serializer[Any]):
    """Who has seen a story, and when first."""

    user = PersonSerializer(source="viewer", read_only=True)
    seen_at = serializers.DateTimeField(read_only=True)


@extend_schema_serializer(component_name="StoryMonth")
class MonthSerializer(serializers.Serializer[Any]):
    """A month of the archive, in UTC."""

    month = serializers.CharField(read_only=True, help_text="YYYY-MM")
    count = serializers.IntegerField(read_only=True)


@extend_schema_serializer(many=False, component_name="StoryMonthPage", examples=[examples.MONTHS])
class MonthPageSerializer(serializers.Serializer[Any]):
    """All months of the archive."""

    results = MonthSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="Always null.")


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

    user = PersonSerializer(source="owner", read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)


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
