"""The shapes of posts and comments: what comes in, what goes out. No queries: `for_display` brought what they read."""

from posts.serializers.collections import (
    CollectInput,
    CollectionEdit,
    CollectionInput,
    CollectionSerializer,
    CollectionsQuery,
    OrderInput,
    OrderSerializer,
)
from posts.serializers.comments import CommentLikedSerializer, CommentPinnedSerializer, CommentSerializer
from posts.serializers.inputs import CommentEdit, CommentInput, EditInput, HiddenWordsSerializer, PublishInput
from posts.serializers.places import NearbyInput, NearbyPlaceSerializer, NearbyPostSerializer, PlacePageSerializer
from posts.serializers.posts import DeletedPostSerializer, PlaceOfPostSerializer, PostSerializer, ViewerOfPostSerializer
from posts.serializers.reactions import ReactionSerializer, SavedSerializer
from posts.serializers.tags import TagFollowedSerializer, TagSerializer, TrendingTagSerializer

__all__ = [
    "CollectInput",
    "CollectionEdit",
    "CollectionInput",
    "CollectionSerializer",
    "CollectionsQuery",
    "CommentEdit",
    "CommentInput",
    "CommentLikedSerializer",
    "CommentPinnedSerializer",
    "CommentSerializer",
    "DeletedPostSerializer",
    "EditInput",
    "HiddenWordsSerializer",
    "NearbyInput",
    "NearbyPlaceSerializer",
    "NearbyPostSerializer",
    "OrderInput",
    "OrderSerializer",
    "PlaceOfPostSerializer",
    "PlacePageSerializer",
    "PostSerializer",
    "PublishInput",
    "ReactionSerializer",
    "SavedSerializer",
    "TagFollowedSerializer",
    "TagSerializer",
    "TrendingTagSerializer",
    "ViewerOfPostSerializer",
]
