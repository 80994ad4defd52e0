"""The shapes of posts and comments: what comes in, what goes out. No queries: `for_display` brought what they read."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from accounts.serializers import PersonSerializer
from api.fields import CommaListField, IdField, SwitchField, TextField
from media.serializers import MediaSerializer
from posts import examples
from posts.fields import AltTextsField, DegreesField, PlaceField, TagField
from posts.geo_cells import MAX_RADIUS
from posts.limits import MAX_ALT_TEXT_LENGTH, MAX_CAPTION_LENGTH, MAX_COMMENT_LENGTH, MAX_MEDIA, MAX_TAGS
from posts.models import Post, Reaction
from social.models import Audience

PAIRS = [("media_latitude", "media_longitude"), ("user_latitude", "user_longitude")]
SHOWN_TO_OTHERS = [("media_latitude", "shown_latitude"), ("media_longitude", "shown_longitude")]
EXACT_LOCATION = "Show others the media's position as it is, not to about a kilometer."


AUDIENCE = "`followers`: all who may see your posts, hence everybody if you are public. It cannot be changed later."


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


@extend_schema_serializer(component_name="PostInput", examples=[examples.PUBLISH])
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
    audience = serializers.ChoiceField(
        Audience.choices, default=Audience.FOLLOWERS, initial=Audience.FOLLOWERS, help_text=AUDIENCE
    )

    def validate_media(self, media: list[int]) -> list[int]:
        return _each_once(media)


@extend_schema_serializer(component_name="PostEdit", examples=[examples.EDIT])
class EditInput(PositionsInput):
    """What of a post is to change; what is absent stays."""

    caption = TextField(max_length=MAX_CAPTION_LENGTH, allow_blank=True, required=False)
    tags = CommaListField(child=TagField(), max_length=MAX_TAGS, required=False, help_text="Besides the caption's.")
    place = PlaceField(required=False)
    media = CommaListField(
        child=IdField(), min_length=1, max_length=MAX_MEDIA, required=False, help_text="The same ids in another order."
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
    comments_enabled = SwitchField(required=False)

    def validate_media(self, media: list[int]) -> list[int]:
        return _each_once(media)

    def validate_alt_texts(self, texts: dict[str, str]) -> dict[int, str]:
        return {IdField().run_validation(media_id): text for media_id, text in texts.items()}


@extend_schema_serializer(examples=[examples.COMMENT_SENT])
class CommentInput(serializers.Serializer[Any]):
    text = TextField(max_length=MAX_COMMENT_LENGTH)
    reply_to = IdField(required=False, allow_null=True, default=None, help_text="A comment of the same post.")


@extend_schema_serializer(component_name="Place")
class PlaceOfPostSerializer(serializers.Serializer[Any]):
    """A place as the post's author wrote it."""

    id = IdField(source="place_id", read_only=True)
    name = serializers.CharField(source="place_name", read_only=True)


class ViewerOfPostSerializer(serializers.Serializer[Any]):
    """What the post is to whoever asks."""

    reaction = serializers.ChoiceField(Reaction.Kind.choices, source="viewer_reaction", allow_null=True, read_only=True)
    saved = serializers.BooleanField(source="viewer_saved", read_only=True)
    is_author = serializers.SerializerMethodField()

    def get_is_author(self, post: Post) -> bool:
        return bool(post.author_id == self.context["viewer"].pk)


@extend_schema_serializer(examples=[examples.A_POST])
class PostSerializer(serializers.Serializer[Any]):
    """A post as every list and the feed show it.

    Needs rows of `for_display(viewer)` and the context `viewer`.
    """

    id = IdField(read_only=True)
    author = PersonSerializer(read_only=True)
    caption = serializers.CharField(read_only=True)
    tags = serializers.SerializerMethodField()
    mentions = serializers.SerializerMethodField(help_text="User names, of people who exist for you.")
    media = serializers.SerializerMethodField()
    place = serializers.SerializerMethodField()
    media_latitude = serializers.DecimalField(
        8, 6, read_only=True, allow_null=True, help_text="To about a kilometer, unless `exact_location` or yours."
    )
    media_longitude = serializers.DecimalField(9, 6, read_only=True, allow_null=True)
    exact_location = serializers.BooleanField(read_only=True)
    likes_count = serializers.IntegerField(read_only=True)
    dislikes_count = serializers.IntegerField(read_only=True)
    comments_count = serializers.IntegerField(read_only=True)
    comments_enabled = serializers.BooleanField(read_only=True)
    audience = serializers.ChoiceField(Audience.choices, read_only=True, help_text=AUDIENCE)
    viewer = ViewerOfPostSerializer(source="*", read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)
    edited = serializers.BooleanField(source="is_edited", read_only=True)
    user_latitude = serializers.DecimalField(
        8, 6, read_only=True, required=False, allow_null=True, help_text="Only for the author."
    )
    user_longitude = serializers.DecimalField(9, 6, read_only=True, required=False, allow_null=True)
    state = serializers.ChoiceField(
        ["processing", "failed", "published", "archived", "deleted"], read_only=True, help_text="Only for the author."
    )

    FOR_AUTHOR = ("user_latitude", "user_longitude", "state")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # One serializer for all media of a list: making one for each costs more than rendering it.
        token_for = self._context.get("token_for")
        self._media = {
            private: MediaSerializer(context={"private": private, "token_for": token_for}) for private in (False, True)
        }

    def to_representation(self, post: Post) -> dict[str, Any]:
        shown = super().to_representation(post)
        if post.author_id != self.context["viewer"].pk:
            for name in self.FOR_AUTHOR:
                del shown[name]
            for name, source in SHOWN_TO_OTHERS:
                shown[name] = (
                    self.fields[name].to_representation(value) if (value := getattr(post, source)) is not None else None
                )
        return shown

    def get_tags(self, post: Post) -> list[str]:
        return [row.name for row in post.post_tags.all()]

    def get_mentions(self, post: Post) -> list[str]:
        return [row.user.username for row in post.mentions.all()]

    @extend_schema_field(PlaceOfPostSerializer(allow_null=True))
    def get_place(self, post: Post) -> dict[str, Any] | None:
        return {"id": str(post.place_id), "name": post.place_name} if post.place_id else None

    @extend_schema_field(MediaSerializer(many=True))
    def get_media(self, post: Post) -> list[dict[str, Any]]:
        shape = self._media[post.has_private_media]
        return [shape.to_representation(item.media) for item in post.items.all()]


class ViewerOfCommentSerializer(serializers.Serializer[Any]):
    liked = serializers.BooleanField(source="viewer_liked", read_only=True)


@extend_schema_serializer(examples=[examples.A_COMMENT])
class CommentSerializer(serializers.Serializer[Any]):
    """A comment or reply.

    Needs rows of `Comment.objects.for_display(viewer)`.
    """

    id = IdField(read_only=True)
    author = PersonSerializer(read_only=True)
    text = serializers.CharField(read_only=True)
    reply_to = IdField(source="shown_reply_to", read_only=True, allow_null=True)
    replies_count = serializers.IntegerField(read_only=True)
    likes_count = serializers.IntegerField(read_only=True)
    viewer = ViewerOfCommentSerializer(source="*", read_only=True)
    created_at = serializers.DateTimeField(read_only=True)


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


@extend_schema_serializer(examples=[examples.COMMENT_LIKED])
class CommentLikedSerializer(serializers.Serializer[Any]):
    liked = serializers.BooleanField(read_only=True)
    likes_count = serializers.IntegerField(read_only=True)


def _each_once(media: list[int]) -> list[int]:
    if len(set(media)) < len(media):
        raise serializers.ValidationError("Each media once.", "duplicate")
    return media


@extend_schema_serializer(examples=[examples.A_TAG])
class TagSerializer(serializers.Serializer[Any]):
    """A tag.

    Needs rows of `Tag.objects.for_display(viewer)`.
    """

    name = serializers.CharField(source="public_name", read_only=True, help_text="As most people write it in public.")
    posts_count = serializers.IntegerField(
        source="public_count", read_only=True, help_text="Public posts: exact up to 1,000, else of the last count."
    )
    following = serializers.BooleanField(source="viewer_following", read_only=True)


@extend_schema_serializer(examples=[examples.TAG_FOLLOWED])
class TagFollowedSerializer(serializers.Serializer[Any]):
    following = serializers.BooleanField(read_only=True)


@extend_schema_serializer(examples=[examples.TRENDING])
class TrendingTagSerializer(serializers.Serializer[Any]):
    """A tag that more people use than usually."""

    name = serializers.CharField(source="public_name", read_only=True)
    people_count = serializers.IntegerField(read_only=True, help_text="Public accounts that used it in the window.")
    posts_count = serializers.IntegerField(read_only=True, help_text="Their posts in the window.")
    window_hours = serializers.IntegerField(read_only=True)


@extend_schema_serializer(
    component_name="PlaceDetail", examples=[examples.A_PLACE]
)  # a `PlacePage` would be a page of places
class PlacePageSerializer(serializers.Serializer[Any]):
    """A place.

    Needs rows of `Place.objects.with_public_facts()`.
    """

    id = IdField(read_only=True)
    name = serializers.CharField(source="public_name", read_only=True, help_text="As most people write it in public.")
    posts_count = serializers.IntegerField(
        source="public_count", read_only=True, help_text="Public posts: exact up to 1,000, else of the last count."
    )


@extend_schema_serializer(examples=[examples.NEARBY_POST])
class NearbyPostSerializer(PostSerializer):
    """A post and how far from the point it was shown."""

    distance_m = serializers.IntegerField(read_only=True, help_text="From the position you are shown.")


@extend_schema_serializer(examples=[examples.NEARBY_PLACE])
class NearbyPlaceSerializer(serializers.Serializer[Any]):
    """A place that posts near the point name."""

    id = IdField(read_only=True)
    name = serializers.CharField(source="public_name", read_only=True)
    distance_m = serializers.IntegerField(source="nearest", read_only=True, help_text="Of the nearest of these posts.")
    nearby_posts = serializers.IntegerField(read_only=True, help_text="How many of the newest posts near name it.")


class NearbyInput(serializers.Serializer[Any]):
    """A point and how far around it."""

    lat = DegreesField(90)
    lon = DegreesField(180)
    radius_m = serializers.IntegerField(min_value=1, max_value=MAX_RADIUS, default=5000, help_text="Meters.")
