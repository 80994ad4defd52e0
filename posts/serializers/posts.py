"""A post as a viewer sees it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from accounts.models import CommentsFrom
from accounts.serializers import PersonSerializer
from api.fields import IdField
from media.serializers import MediaSerializer
from posts import examples
from posts.models import Post, Reaction
from posts.serializers.inputs import AUDIENCE, COMMENTS_FROM, SENSITIVE
from social.models import Audience

SHOWN_TO_OTHERS = [("media_latitude", "shown_latitude"), ("media_longitude", "shown_longitude")]


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
    may_comment = serializers.BooleanField(source="viewer_may_comment", read_only=True)

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
    sensitive = serializers.BooleanField(source="is_sensitive", read_only=True, help_text=SENSITIVE)
    audience = serializers.ChoiceField(Audience.choices, read_only=True, help_text=AUDIENCE)
    viewer = ViewerOfPostSerializer(source="*", read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)
    edited = serializers.BooleanField(source="is_edited", read_only=True)
    comments_from = serializers.ChoiceField(
        CommentsFrom.choices,
        source="own_comments_from",
        read_only=True,
        required=False,
        allow_null=True,
        help_text=f"{COMMENTS_FROM} Only for the author.",
    )
    user_latitude = serializers.DecimalField(
        8, 6, read_only=True, required=False, allow_null=True, help_text="Only for the author."
    )
    user_longitude = serializers.DecimalField(9, 6, read_only=True, required=False, allow_null=True)
    state = serializers.ChoiceField(
        ["draft", "scheduled", "processing", "failed", "published", "archived", "deleted", "removed"],
        read_only=True,
        help_text="Only for the author. `removed`: taken down by moderators.",
    )

    publish_at = serializers.DateTimeField(
        read_only=True, required=False, allow_null=True, help_text="Only for the author, of a `scheduled` one."
    )

    FOR_AUTHOR = ("comments_from", "user_latitude", "user_longitude", "state", "publish_at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # One serializer for all media of a list: making one for each costs more than rendering it.
        token_for = self._context.get("token_for")
        self._media = {
            private: MediaSerializer(context={"private": private, "token_for": token_for}) for private in (False, True)
        }
        self._withheld = MediaSerializer(context={"withheld": True})

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
        shape = self.shape_of_media(post)
        return [shape.to_representation(item.media) for item in post.items.all()]

    def shape_of_media(self, post: Post) -> MediaSerializer:
        return self._withheld if post.removed_at else self._media[post.has_private_media]


@extend_schema_serializer(examples=[examples.A_DELETED_POST])
class DeletedPostSerializer(PostSerializer):
    """A post in its author's trash. Needs rows of `in_trash_of` beside what PostSerializer needs."""

    deleted_at = serializers.DateTimeField(read_only=True)
    purge_at = serializers.DateTimeField(read_only=True, help_text="Until then it can be restored.")
