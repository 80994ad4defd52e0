"""Reading notifications, and saying which ones one wants."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.ids import MAX_ID
from api.json_responses import json_page
from api.pagination import NewerPages, Upwards, above_page, decode_either, encode_cursor, encode_newer, limit_of
from api.viewsets import BaseViewSet
from notifications import actions
from notifications.models import Inbox
from notifications.pages import as_json
from notifications.rows import rows_of, unread_count
from notifications.serializers import (
    NotificationSerializer,
    NotificationSettingsInput,
    NotificationSettingsSerializer,
    NotificationsSeenInput,
    NotificationsSeenSerializer,
    UnreadSerializer,
)


class NotificationsViewSet(BaseViewSet):
    """One's own notifications."""

    output = NotificationSerializer
    pagination_class: Any = NewerPages

    def list(self, request: Request) -> HttpResponse:
        """Notifications.

        The newest first. Likes of one post, and followers, are one notification until it is seen; one that somebody
        joins moves to the top under a new `id`. What was taken back, or is by people one does not see or has muted,
        is not among them.
        """
        scope, limit, cursor = request.path, limit_of(request), request.query_params.get("cursor")
        position, up = decode_either(scope, cursor) if cursor else (MAX_ID, None)
        newer = up is not None
        rows = rows_of(self.me, position=position, count=limit if newer else limit + 1, newer=newer)
        shown = rows[::-1] if newer else rows[:limit]
        more = newer or len(rows) > limit
        after = encode_cursor(scope, shown[-1].newest) if shown and more else None
        newest = shown[0].newest if shown else position if newer else above_page(position)
        before = encode_newer(scope, Upwards(newest, newest))
        return json_page(request, as_json(shown), next=after, previous=before)


class UnreadCountViewSet(BaseViewSet):
    """How many are new."""

    output = UnreadSerializer

    def retrieve(self, request: Request) -> Response:
        """How many notifications are new.

        Always as many as the list shows with `seen: false`; 100 stands for more, too.
        """
        return self.answer({"count": unread_count(self.me)})


class SeenViewSet(BaseViewSet):
    """How far they are seen."""

    inputs = {"update": NotificationsSeenInput}
    output = NotificationsSeenSerializer

    @extend_schema(operation_id="mark_notifications_seen")
    def update(self, request: Request) -> Response:
        """Mark notifications as seen.

        All up to the one with this `id`; what has joined it since then stays new. Answers with how many are new still.
        """
        actions.mark_seen(person=self.me, up_to=self.validated()["up_to"])
        return self.answer({"count": unread_count(self.me)})


class NotificationSettingsViewSet(BaseViewSet):
    """From whom one wants which notifications."""

    tag = "notifications"
    inputs = {"partial_update": NotificationSettingsInput}
    output = NotificationSettingsSerializer

    def retrieve(self, request: Request) -> Response:
        """Read one's notification settings."""
        return self.answer(Inbox.objects.of(self.me))

    def partial_update(self, request: Request) -> Response:
        """Change one's notification settings.

        For what happens from then on.
        """
        changes = self.validated(partial=True)
        return self.answer(actions.change_settings(person=self.me, changes=changes))
