"""Where one is logged in."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions
from accounts.models import Session
from accounts.serializers import SessionSerializer
from api.pagination import NewerPages
from api.viewsets import BaseViewSet


def current_session(request: Request) -> UUID | None:
    """The log-in that a request came with: a client's, or a browser's."""
    if isinstance(request.auth, Session):
        return request.auth.pk
    key = getattr(request._request, "session", {}).get(actions.BROWSER_SESSION)
    return UUID(key) if key else None


class SessionViewSet(BaseViewSet):
    output = SessionSerializer
    pagination_class = NewerPages
    page_field = "sequence"

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "current": current_session(self.request)}

    def list(self, request: Request) -> Response:
        """My devices.

        Every log-in that is not ended, newest first: device, address, and when it last refreshed its tokens.
        """
        return self.paginated(Session.objects.owned_by(self.me).live())

    def destroy(self, request: Request, session: UUID) -> Response:
        """Log a device out.

        Its tokens are dead by the next request. Your own, too: then it is a log-out.
        """
        row = get_object_or_404(Session.objects.owned_by(self.me), pk=session)
        actions.end_session(session=row)
        return self.done()
