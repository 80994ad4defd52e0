"""The endpoints of posts, reactions, saves and comments."""

from .comments import CommentLikeViewSet, CommentViewSet, PostCommentsViewSet, RepliesViewSet
from .lists import ArchiveViewSet, PersonPostsViewSet, SavedViewSet, TrashViewSet
from .posts import PostViewSet
from .reactions import DislikeViewSet, LikesViewSet, LikeViewSet, SaveViewSet

__all__ = [
    "ArchiveViewSet",
    "CommentLikeViewSet",
    "CommentViewSet",
    "DislikeViewSet",
    "LikeViewSet",
    "LikesViewSet",
    "PersonPostsViewSet",
    "PostCommentsViewSet",
    "PostViewSet",
    "RepliesViewSet",
    "SaveViewSet",
    "SavedViewSet",
    "TrashViewSet",
]
