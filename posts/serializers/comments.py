"""A comment as a viewer sees it."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.serializers import PersonSerializer
from api.fields import IdField
from posts import examples


class ViewerOfCommentSerializer(serializers.Serializer[Any]):
    liked = serializers.BooleanField(source="viewer_liked", read_only=True)


@extend_schema_serializer(examples=[examples.A_COMMENT])
class CommentSerializer(serializers.Serializer[Any]):
    """A comment or reply.

    Needs rows of `Comment.objects.for_display(viewer)`.
    """

    id = IdField(read_only=True)
    post = IdField(source="post_id", read_only=True)
    author = PersonSerializer(read_only=True)
    text = serializers.CharField(read_only=True)
    mentions = serializers.ListField(
        source="shown_mentions",
        child=serializers.CharField(),
        read_only=True,
        help_text="User names, of people who exist for you.",
    )
    reply_to = IdField(source="shown_reply_to", read_only=True, allow_null=True)
    replies_count = serializers.IntegerField(read_only=True)
    likes_count = serializers.IntegerField(read_only=True)
    pinned = serializers.BooleanField(source="is_pinned", read_only=True, help_text="By the post's author.")
    edited = serializers.BooleanField(source="is_edited", read_only=True)
    viewer = ViewerOfCommentSerializer(source="*", read_only=True)
    created_at = serializers.DateTimeField(read_only=True)


@extend_schema_serializer(examples=[examples.COMMENT_LIKED])
class CommentLikedSerializer(serializers.Serializer[Any]):
    liked = serializers.BooleanField(read_only=True)
    likes_count = serializers.IntegerField(read_only=True)


@extend_schema_serializer(examples=[examples.COMMENT_PINNED])
class CommentPinnedSerializer(serializers.Serializer[Any]):
    pinned = serializers.BooleanField(read_only=True)
