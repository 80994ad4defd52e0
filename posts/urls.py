"""Addresses of posts, comments, tags, places and lists of posts, below `/v1/`."""

from typing import Any

from django.urls import path
from rest_framework.routers import SimpleRouter

import api.converters  # noqa: F401 (gives `<id:…>` its meaning)
from posts import views

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("posts", views.PostViewSet, "post")
router.register("comments", views.CommentViewSet, "comment")

PUT_DELETE: dict[str, Any] = {"put": "update", "delete": "destroy"}
LIST: dict[str, Any] = {"get": "list"}
READ: dict[str, Any] = {"get": "retrieve"}
PUT: dict[str, Any] = {"put": "update"}
ONE: dict[str, Any] = {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}

urlpatterns = [
    *router.urls,
    path("posts/<id:post_id>/like", views.LikeViewSet.as_view(PUT_DELETE), name="post-like"),
    path("posts/<id:post_id>/dislike", views.DislikeViewSet.as_view(PUT_DELETE), name="post-dislike"),
    path("posts/<id:post_id>/save", views.SaveViewSet.as_view(PUT_DELETE), name="post-save"),
    path("posts/<id:post_id>/likes", views.LikesViewSet.as_view(LIST), name="post-likes"),
    path(
        "posts/<id:post_id>/comments",
        views.PostCommentsViewSet.as_view({"get": "list", "post": "create"}),
        name="post-comments",
    ),
    path("comments/<id:comment_id>/replies", views.RepliesViewSet.as_view(LIST), name="comment-replies"),
    path("comments/<id:comment_id>/like", views.CommentLikeViewSet.as_view(PUT_DELETE), name="comment-like"),
    path(
        "comments/<id:comment_id>/approve",
        views.CommentApprovalViewSet.as_view({"post": "approve"}),
        name="comment-approve",
    ),
    path("comments/<id:comment_id>/pin", views.CommentPinViewSet.as_view(PUT_DELETE), name="comment-pin"),
    path("comments/<id:comment_id>/likes", views.CommentLikesViewSet.as_view(LIST), name="comment-likes"),
    path("users/<str:username>/posts", views.PersonPostsViewSet.as_view(LIST), name="user-posts"),
    path("posts/nearby", views.NearbyPostsViewSet.as_view(LIST), name="posts-nearby"),
    path("tags/<str:name>", views.TagViewSet.as_view(READ), name="tag"),
    path("tags/<str:name>/posts", views.TagPostsViewSet.as_view(LIST), name="tag-posts"),
    path("tags/<str:name>/follow", views.TagFollowViewSet.as_view(PUT_DELETE), name="tag-follow"),
    path("trending/tags", views.TrendingTagsViewSet.as_view(LIST), name="trending-tags"),
    path("places/nearby", views.NearbyPlacesViewSet.as_view(LIST), name="places-nearby"),
    path("places/<id:place_id>", views.PlaceViewSet.as_view(READ), name="place"),
    path("places/<id:place_id>/posts", views.PlacePostsViewSet.as_view(LIST), name="place-posts"),
    path("me/hidden-comments", views.HiddenCommentsViewSet.as_view(LIST), name="me-hidden-comments"),
    path("me/hidden-words", views.HiddenWordsViewSet.as_view({**READ, "put": "update"}), name="me-hidden-words"),
    path("me/tags", views.MyTagsViewSet.as_view(LIST), name="me-tags"),
    path("me/tags/posts", views.MyTagPostsViewSet.as_view(LIST), name="me-tags-posts"),
    path("me/likes", views.LikedViewSet.as_view(LIST), name="me-likes"),
    path("me/saved", views.SavedViewSet.as_view(LIST), name="me-saved"),
    path(
        "me/collections",
        views.CollectionsViewSet.as_view({"get": "list", "post": "create"}),
        name="collection-list",
    ),
    path("me/collections/order", views.CollectionsOrderViewSet.as_view(PUT), name="collections-order"),
    path("me/collections/<id:collection_id>", views.CollectionViewSet.as_view(ONE), name="collection"),
    path(
        "me/collections/<id:collection_id>/posts", views.CollectionPostsViewSet.as_view(LIST), name="collection-posts"
    ),
    path(
        "me/collections/<id:collection_id>/posts/order",
        views.CollectionOrderViewSet.as_view(PUT),
        name="collection-order",
    ),
    path(
        "me/collections/<id:collection_id>/posts/<id:post_id>",
        views.CollectionPostViewSet.as_view(PUT_DELETE),
        name="collection-post",
    ),
    path("me/drafts", views.DraftsViewSet.as_view(LIST), name="me-drafts"),
    path("me/archive", views.ArchiveViewSet.as_view(LIST), name="me-archive"),
    path("me/removed", views.RemovedViewSet.as_view(LIST), name="me-removed"),
    path("me/trash", views.TrashViewSet.as_view(LIST), name="me-trash"),
]
