"""What comes in: a post to share, an edit, a comment."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.models import CommentsFrom
from api.fields import ChoiceField, CommaListField, IdField, LineField, SwitchField, TextField
from posts import examples
from posts.fields import AltTextsField, DegreesField, PlaceField, TagField
from posts.hidden_words import word_key
from posts.limits import (
    MAX_ALT_TEXT_LENGTH,
    MAX_CAPTION_LENGTH,
    MAX_COMMENT_LENGTH,
    MAX_HIDDEN_WORD_LENGTH,
    MAX_HIDDEN_WORDS,
    MAX_MEDIA,
    MAX_PUBLISH_AHEAD,
    MAX_TAGS,
)
from social.models import Audience

PAIRS = [("media_latitude", "media_longitude"), ("user_latitude", "user_longitude")]
EXACT_LOCATION = "Show others the media's position as it is, not to about a kilometer."
SENSITIVE = "Clients show it blurred until they are asked not to. Moderators can say so, too."
AUDIENCE = "`followers`: all who may see your posts, hence everybody if you are public. It cannot be changed later."
OF_A_DRAFT = "Only of a draft."
PUBLISH_AT = f"Publish it by itself at that moment, at most {MAX_PUBLISH_AHEAD.days} days from now."

COMMENTS_FROM = "Null: as your account says (`comments_from` of `/v1/me`)."


class PositionsInput(serializers.Serializer[Any]):
    """Positions come in pairs."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        for latitude, longitude in PAIRS:
            if (attrs.get(latitude) is None) != (attrs.get(longitude) is None):
                missing = latitude if attrs.get(latitude) is None else longitude
                raise serializers.ValidationError(
                    {missing: serializers.ErrorDetail("Latitude and longitude come together.", "required")}
                )
        return attrs


@extend_schema_serializer(component_name="PostInput", examples=[examples.PUBLISH, examples.PUBLISH_LATER])
class PublishInput(PositionsInput):
    """A post to share. Latitude and longitude come together."""

    media = CommaListField(child=IdField(), min_length=1, max_length=MAX_MEDIA, help_text="1-10 ids, in order.")
    caption = TextField(max_length=MAX_CAPTION_LENGTH, allow_blank=True, default="")
    tags = CommaListField(child=TagField(), max_length=MAX_TAGS, default=list)
    place = PlaceField(default=None, help_text="The name of a place.")
    media_latitude = DegreesField(90, allow_null=True, default=None)
    media_longitude = DegreesField(180, allow_null=True, default=None)
    exact_location = SwitchField(default=False, help_text=EXACT_LOCATION)
    user_latitude = DegreesField(90, allow_null=True, default=None, help_text="Shown to the author alone.")
    user_longitude = DegreesField(180, allow_null=True, default=None)
    comments_enabled = SwitchField(default=True, initial=True)
    comments_from = ChoiceField(CommentsFrom.choices, allow_null=True, default=None, help_text=COMMENTS_FROM)
    sensitive = SwitchField(default=False, help_text=SENSITIVE)
    audience = ChoiceField(Audience.choices, default=Audience.FOLLOWERS, initial=Audience.FOLLOWERS, help_text=AUDIENCE)
    draft = SwitchField(default=False, help_text="Keep it for yourself until you publish it.")
    publish_at = serializers.DateTimeField(allow_null=True, default=None, help_text=PUBLISH_AT)

    def validate_media(self, media: list[int]) -> list[int]:
        return _each_once(media)


@extend_schema_serializer(component_name="PostEdit", examples=[examples.EDIT])
class EditInput(PositionsInput):
    """What of a post is to change; what is absent stays."""

    caption = TextField(max_length=MAX_CAPTION_LENGTH, allow_blank=True, required=False)
    tags = CommaListField(child=TagField(), max_length=MAX_TAGS, required=False, help_text="Besides the caption's.")
    place = PlaceField(required=False)
    media = CommaListField(
        child=IdField(),
        min_length=1,
        max_length=MAX_MEDIA,
        required=False,
        help_text="The same ids in another order; of a draft, any.",
    )
    alt_texts = AltTextsField(
        child=TextField(max_length=MAX_ALT_TEXT_LENGTH, allow_blank=True),
        required=False,
        help_text="Media id → text.",
        style={"template": "api/as_json.html"},
    )
    media_latitude = DegreesField(90, allow_null=True, required=False)
    media_longitude = DegreesField(180, allow_null=True, required=False)
    exact_location = SwitchField(required=False, help_text=EXACT_LOCATION)
    user_latitude = DegreesField(90, allow_null=True, required=False, help_text=OF_A_DRAFT)
    user_longitude = DegreesField(180, allow_null=True, required=False, help_text=OF_A_DRAFT)
    comments_enabled = SwitchField(required=False)
    comments_from = ChoiceField(CommentsFrom.choices, allow_null=True, required=False, help_text=COMMENTS_FROM)
    sensitive = SwitchField(required=False, help_text=SENSITIVE)
    audience = ChoiceField(Audience.choices, required=False, help_text=OF_A_DRAFT)
    publish_at = serializers.DateTimeField(
        allow_null=True, required=False, help_text=f"{OF_A_DRAFT} {PUBLISH_AT} Null: when you say so."
    )

    def validate_media(self, media: list[int]) -> list[int]:
        return _each_once(media)

    def validate_alt_texts(self, texts: dict[str, str]) -> dict[int, str]:
        return {IdField().run_validation(media_id): text for media_id, text in texts.items()}


@extend_schema_serializer(examples=[examples.COMMENT_SENT])
class CommentInput(serializers.Serializer[Any]):
    text = TextField(max_length=MAX_COMMENT_LENGTH)
    reply_to = IdField(required=False, allow_null=True, default=None, help_text="A comment of the same post.")


@extend_schema_serializer(examples=[examples.COMMENT_EDITED])
class CommentEdit(serializers.Serializer[Any]):
    text = TextField(max_length=MAX_COMMENT_LENGTH)


@extend_schema_serializer(component_name="HiddenWords", examples=examples.HIDDEN_WORDS)
class HiddenWordsSerializer(serializers.Serializer[Any]):
    """Words, phrases and emoji. Spelled differently (case, accents) they are one, of which the first is kept."""

    words = CommaListField(
        child=LineField(max_length=MAX_HIDDEN_WORD_LENGTH), max_length=MAX_HIDDEN_WORDS, allow_empty=True
    )

    def validate_words(self, words: list[str]) -> list[str]:
        by_key: dict[str, str] = {}
        for word in words:
            by_key.setdefault(word_key(word), word)
        if "" in by_key:
            raise serializers.ValidationError("Each needs something that search can find.", "invalid")
        return list(by_key.values())


def _each_once(media: list[int]) -> list[int]:
    if len(set(media)) < len(media):
        raise serializers.ValidationError("Each media once.", "duplicate")
    return media
