"""Whether somebody is among one's close friends."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.viewsets import BaseViewSet
from social import actions
from social.people import (
    person_or_404,
)
from social.serializers import (
    CloseFriendStateSerializer,
)


class CloseFriendViewSet(BaseViewSet):
    output = CloseFriendStateSerializer
    error_codes = {"update": ["conflict"]}

    @extend_schema(operation_id="add_close_friend")
    def update(self, request: Request, username: str) -> Response:
        """Add a close friend.

        They need not follow you; a private account's content is still only for its followers. They are not told.
        """
        actions.add_close_friend(owner=self.me, friend=person_or_404(self.me, username))
        return self.answer({"close_friend": True})

    @extend_schema(operation_id="remove_close_friend")
    def destroy(self, request: Request, username: str) -> Response:
        """Remove a close friend.

        From the next request on they see nothing of it. Repeated, it changes nothing and answers the same.
        """
        actions.remove_close_friend(owner=self.me, username=username)
        return self.done()
