"""Oneself."""

from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions
from accounts.cards import card_of
from accounts.serializers import AvatarInput, MeSerializer, OwnDetailsSerializer, ProfileInput
from api.shapes import represent
from api.viewsets import BaseViewSet


class MeViewSet(BaseViewSet):
    """Oneself."""

    inputs = {"partial_update": ProfileInput}
    output = MeSerializer

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
