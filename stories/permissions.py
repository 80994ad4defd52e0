"""You may see it, but it is not yours to change."""

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from stories.models import Highlight, Story


class ChangedByItsAuthor(BasePermission):
    """A story is deleted by its author, who alone learns who has seen it (views say `author_alone`)."""

    message = "Only its author may do this."

    def has_object_permission(self, request: Request, view: Any, story: Story) -> bool:
        open_to_all = request.method in SAFE_METHODS and not getattr(view, "author_alone", False)
        return open_to_all or story.author_id == request.user.pk


class ChangedByItsOwner(BasePermission):
    """A highlight is changed by its owner."""

    message = "Only its owner may do this."

    def has_object_permission(self, request: Request, view: Any, highlight: Highlight) -> bool:
        return request.method in SAFE_METHODS or highlight.owner_id == request.user.pk
