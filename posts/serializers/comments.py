"""A comment as a viewer sees it."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.serializers import PersonSerializer
from api.fields import IdField
from posts import examples
from posts.models import Comment


class ViewerOfCommentSerializer(serializers.Serializer[Any]):
    liked = serializers.BooleanField(source="viewer_liked", read_only=True)


@extend_schema_serializer(examples=[examples.A_COMMENT])
class CommentSerializer(serializers.Serializer[Any]):
    """A comment or reply. One that is `removed` has neither author nor words: it keeps the place of its replies.

    Needs rows of `Comment.objects.for_display(viewer)`.
    """

    id = IdField(read_only=True)
    post = IdField(source="post_id", read_only=True)
    author = PersonSerializer(read_only=True, allow_null=True)
    text = serializers.CharField(read_only=True)
    mentions = serializers.ListField(
        source="shown_mentions",
        child=serializers.CharField(),
        read_only=True,
        help_text="User names, of people who exist for you.",
    )
    reply_to = IdField(source="shown_reply_to", read_only=True, allow_null=True)
    thread = IdField(
        source="parent_id",
        read_only=True,
        allow_null=True,
        help_text="The top comment that a reply hangs under; null of a top comment.",
    )
    replies_count = serializers.IntegerField(read_only=True)
    likes_count = serializers.IntegerField(read_only=True)
    pinned = serializers.BooleanField(source="is_pinned", read_only=True, help_text="By the post's author.")
    edited = serializers.BooleanField(source="is_edited", read_only=True)
    hidden = serializers.SerializerMethodField(help_text="It has one of your hidden words: approve it to show it.")
    removed = serializers.SerializerMethodField(help_text="It is gone, or its author is; there are replies to it.")
    viewer = ViewerOfCommentSerializer(source="*", read_only=True)
    created_at = serializers.DateTimeField(read_only=True)

    OF_REMOVED: Mapping[str, Any] = {
        "author": None, "text": "", "mentions": [], "likes_count": 0, "pinned": False, "edited": False,
        "hidden": False, "viewer": {"liked": False},
    }  # fmt: skip

    def get_hidden(self, comment: Comment) -> bool:
        return bool(comment.hidden_for_id == self.context["viewer"].pk)

    def get_removed(self, comment: Comment) -> bool:
        return comment.is_gone_for(self.context["viewer"])

    def to_representation(self, comment: Comment) -> dict[str, Any]:
        shown = super().to_representation(comment)
        return {**shown, **self.OF_REMOVED} if shown["removed"] else shown


@extend_schema_serializer(examples=[examples.COMMENT_LIKED])
class CommentLikedSerializer(serializers.Serializer[Any]):
    liked = serializers.BooleanField(read_only=True)
    likes_count = serializers.IntegerField(read_only=True)


@extend_schema_serializer(examples=[examples.COMMENT_PINNED])
class CommentPinnedSerializer(serializers.Serializer[Any]):
    pinned = serializers.BooleanField(read_only=True)
