"""You may see it, but it is not yours to change."""

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from posts.models import Comment, Post


class ChangedByItsAuthor(BasePermission):
    """A post is changed by its author."""

    message = "Only its author may do this."

    def has_object_permission(self, request: Request, view: Any, post: Post) -> bool:
        return request.method in SAFE_METHODS or post.author_id == request.user.pk


class CommentChangedByItsAuthors(BasePermission):
    """A comment is edited by its author, and deleted by its author or by that of the post under which it stands."""

    message = "Only its author may do this, or the post's author if it is to be deleted."

    def has_object_permission(self, request: Request, view: Any, comment: Comment) -> bool:
        deleting = request.method == "DELETE"
        mine = comment.author_id == request.user.pk or (deleting and comment.post.author_id == request.user.pk)
        return request.method in SAFE_METHODS or mine


class ChangedByThePostsAuthor(BasePermission):
    """A comment is pinned or approved by the author of the post under which it stands."""

    message = "Only the post's author may do this."

    def has_object_permission(self, request: Request, view: Any, comment: Comment) -> bool:
        return bool(comment.post.author_id == request.user.pk)
