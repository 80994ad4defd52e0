"""Follow requests: those that wait for oneself, and those that one has sent."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from social import actions, examples, lists
from social.people import (
    person_or_404,
)
from social.serializers import (
    FollowStateSerializer,
)
from social.views.lists import PeopleList


class FollowRequestsViewSet(PeopleList):
    tag = "me"
    outputs = {"accept": FollowStateSerializer, "reject": None}

    def list(self, request: Request) -> HttpResponse:
        """Who has asked to follow you.

        Whoever asked last comes first.
        """
        return self.listed(lists.requests)

    @extend_schema(examples=[examples.FOLLOWING])
    def accept(self, request: Request, username: str) -> Response:
        """Let a follower in.

        Repeated, it changes nothing and answers the same.
        """
        follower = person_or_404(self.me, username)
        actions.accept(followee=self.me, follower_id=follower.pk)
        return self.answer({"state": actions.FOLLOWING})

    def reject(self, request: Request, username: str) -> Response:
        """Turn a request down.

        They are not told, and may ask again. Repeated, it changes nothing and answers the same.
        """
        follower = User.objects.named(username).first()
        if follower is not None:
            actions.reject(followee=self.me, follower_id=follower.pk)
        return self.done()


class SentFollowRequestsViewSet(PeopleList):
    tag = "me"

    @extend_schema(operation_id="list_my_sent_follow_requests")
    def list(self, request: Request) -> HttpResponse:
        """Whom you have asked to let you follow them.

        Whom you asked last comes first. `DELETE /v1/users/{username}/follow` takes a request back.
        """
        return self.listed(lists.sent_requests)
