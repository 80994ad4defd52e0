"""Oneself."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions
from accounts.cards import card_of
from accounts.serializers import (
    AvatarInput,
    DeletionInput,
    DeletionSerializer,
    MeSerializer,
    OwnDetailsSerializer,
    ProfileInput,
)
from accounts.views.browser_sessions import caller_of
from api.shapes import represent
from api.viewsets import BaseViewSet


class MeViewSet(BaseViewSet):
    """Oneself."""

    inputs = {"partial_update": ProfileInput, "destroy": DeletionInput}
    output = MeSerializer
    outputs = {"destroy": DeletionSerializer}
    throttle_scopes = {"destroy": "log_in"}

    def retrieve(self, request: Request) -> Response:
        """Oneself.

        The profile as others see it, and what nobody else is shown: e-mail address, date of birth, last log-in.
        """
        return Response({**card_of(self.me), **represent(OwnDetailsSerializer, self.me, {})})

    def partial_update(self, request: Request) -> Response:
        """Change the profile.

        Opening a private account accepts whoever has asked to follow.
        """
        return self.answer(actions.update_profile(user=self.me, **self.validated(partial=True)))

    @extend_schema(operation_id="delete_account", responses={202: DeletionSerializer})
    def destroy(self, request: Request) -> Response:
        """Delete the account.

        With the password, and a code where there is a second factor. Hides the account and all that is in it from
        everybody, at once, and logs out everywhere; the user name stays taken. Until `purge_at` it can be taken back:
        log in again, then `POST /v1/me/undelete`. Then everything is removed for good. You are told by mail.
        """
        given = self.validated()
        purge_at = actions.request_deletion(user=self.me, caller=caller_of(request), **given)
        return Response(self.represent({"purge_at": purge_at}), status.HTTP_202_ACCEPTED)


class AvatarViewSet(BaseViewSet):
    inputs = {"update": AvatarInput}
    output = MeSerializer
    error_codes = {"update": ["media_processing"]}

    def update(self, request: Request) -> Response:
        """Set the avatar.

        One of your photos that is ready: while it is processing, a 409 `media_processing`.
        """
        return self.answer(actions.set_avatar(user=self.me, media_id=self.validated()["media"]))

    def destroy(self, request: Request) -> Response:
        """Remove the avatar.

        Its media stays. Repeated, it changes nothing and answers the same.
        """
        actions.set_avatar(user=self.me, media_id=None)
        return self.done()
