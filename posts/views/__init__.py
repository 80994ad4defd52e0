"""The endpoints of posts, reactions, saves and comments."""

from .collections import (
    CollectionOrderViewSet,
    CollectionPostsViewSet,
    CollectionPostViewSet,
    CollectionsOrderViewSet,
    CollectionsViewSet,
    CollectionViewSet,
)
from .comments import (
    CommentApprovalViewSet,
    CommentLikesViewSet,
    CommentLikeViewSet,
    CommentPinViewSet,
    CommentViewSet,
    HiddenCommentsViewSet,
    HiddenWordsViewSet,
    PostCommentsViewSet,
    RepliesViewSet,
)
from .lists import (
    ArchiveViewSet,
    DraftsViewSet,
    LikedViewSet,
    PersonPostsViewSet,
    RemovedViewSet,
    SavedViewSet,
    TrashViewSet,
)
from .places import NearbyPlacesViewSet, NearbyPostsViewSet, PlacePostsViewSet, PlaceViewSet
from .posts import PostViewSet
from .reactions import DislikeViewSet, LikesViewSet, LikeViewSet, SaveViewSet
from .tags import MyTagPostsViewSet, MyTagsViewSet, TagFollowViewSet, TagPostsViewSet, TagViewSet, TrendingTagsViewSet

__all__ = [
    "ArchiveViewSet",
    "CollectionOrderViewSet",
    "CollectionPostViewSet",
    "CollectionPostsViewSet",
    "CollectionViewSet",
    "CollectionsOrderViewSet",
    "CollectionsViewSet",
    "CommentApprovalViewSet",
    "CommentLikeViewSet",
    "CommentLikesViewSet",
    "CommentPinViewSet",
    "CommentViewSet",
    "DislikeViewSet",
    "DraftsViewSet",
    "HiddenCommentsViewSet",
    "HiddenWordsViewSet",
    "LikeViewSet",
    "LikedViewSet",
    "LikesViewSet",
    "MyTagPostsViewSet",
    "MyTagsViewSet",
    "NearbyPlacesViewSet",
    "NearbyPostsViewSet",
    "PersonPostsViewSet",
    "PlacePostsViewSet",
    "PlaceViewSet",
    "PostCommentsViewSet",
    "PostViewSet",
    "RemovedViewSet",
    "RepliesViewSet",
    "SaveViewSet",
    "SavedViewSet",
    "TagFollowViewSet",
    "TagPostsViewSet",
    "TagViewSet",
    "TrashViewSet",
    "TrendingTagsViewSet",
]
