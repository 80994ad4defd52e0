"""The root of the API: links to all endpoints without a path parameter."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.authentication import BrowserAuthentication
from api.viewsets import OpenViewSet

ENTRANCES = [
    "feed", "me", "post-list", "media-list", "me-likes", "me-saved", "collection-list", "me-drafts", "me-archive",
    "me-trash", "me-quota", "story-list", "me-stories-archive", "highlight-list", "follow-requests",
    "sent-follow-requests", "blocks", "mutes", "close-friends", "explore", "suggestions", "notifications",
    "notifications-unread", "notification-settings", "report-list", "me-moderation", "instance",
]  # fmt: skip


class RootViewSet(OpenViewSet):
    """Links to all endpoints without a path parameter."""

    authentication_classes = [BrowserAuthentication]  # a stale token must not stand in the way

    @extend_schema(exclude=True)
    def retrieve(self, request: Request) -> Response:
        links = {name: reverse(name, request=request) for name in [*ENTRANCES, "schema", "docs"]}
        return Response(links)
