"""The endpoints of posts, reactions, saves and comments."""

from posts.views.collections import (
    CollectionOrderViewSet,
    CollectionPostsViewSet,
    CollectionPostViewSet,
    CollectionsOrderViewSet,
    CollectionsViewSet,
    CollectionViewSet,
)
from posts.views.comments import (
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
from posts.views.lists import (
    ArchiveViewSet,
    DraftsViewSet,
    LikedViewSet,
    PersonPostsViewSet,
    RemovedViewSet,
    SavedViewSet,
    TrashViewSet,
)
from posts.views.places import NearbyPlacesViewSet, NearbyPostsViewSet, PlacePostsViewSet, PlaceViewSet
from posts.views.posts import PostViewSet
from posts.views.reactions import DislikeViewSet, LikesViewSet, LikeViewSet, SaveViewSet
from posts.views.tags import (
    MyTagPostsViewSet,
    MyTagsViewSet,
    TagFollowViewSet,
    TagPostsViewSet,
    TagViewSet,
    TrendingTagsViewSet,
)

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
