"""Following somebody, and sending a follower away."""

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from api.viewsets import BaseViewSet
from social import actions
from social.people import (
    person_or_404,
)
from social.serializers import (
    FollowStateSerializer,
)


class Relation(BaseViewSet):
    """PUT makes it, DELETE ends it; repeated, both answer the same. Ending finds one's own row: always 204."""

    tag = "people"


class FollowViewSet(Relation):
    output = FollowStateSerializer
    error_codes = {"update": ["conflict", "follow_cap"]}
    new_account_limits = {"update": "follows"}

    def update(self, request: Request, username: str) -> Response:
        """Follow.

        A public account is followed at once, a private one is asked.
        """
        followee = person_or_404(self.me, username)
        return self.answer({"state": actions.follow(follower=self.me, followee=followee)})

    def destroy(self, request: Request, username: str) -> Response:
        """Unfollow, or take a request back.

        Repeated, it changes nothing and answers the same.
        """
        followee = User.objects.named(username).first()
        if followee is not None:
            actions.unfollow(follower_id=self.me.pk, followee_id=followee.pk)
        return self.done()


class MyFollowerViewSet(BaseViewSet):
    def destroy(self, request: Request, username: str) -> Response:
        """Remove a follower.

        They leave your close friends, too. Repeated, it changes nothing and answers the same.
        """
        follower = User.objects.named(username).first()
        if follower is not None:
            actions.remove_follower(followee=self.me, follower_id=follower.pk)
        return self.done()
