"""What comes in: a story, what was seen, a highlight."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from api.fields import ChoiceField, CommaListField, IdField, LineField
from social.models import Audience
from stories import examples
from stories.limits import MAX_ITEMS, MAX_SEEN_AT_ONCE, MAX_TITLE_LENGTH, MAX_VIDEO_SECONDS

AUDIENCE = "`followers`: all who may see your stories. It cannot be changed later."


@extend_schema_serializer(examples=[examples.TELL, examples.TELL_FEW])
class StoryInput(serializers.Serializer[Any]):
    media = IdField(help_text=f"One photo, or a video of at most {MAX_VIDEO_SECONDS} seconds, of yours.")
    audience = ChoiceField(Audience.choices, default=Audience.FOLLOWERS, initial=Audience.FOLLOWERS, help_text=AUDIENCE)


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
