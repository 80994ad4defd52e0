"""Muting somebody, for a while or until further notice."""

from rest_framework.request import Request
from rest_framework.response import Response

from social import actions
from social.people import (
    person_or_404,
)
from social.serializers import (
    MuteInput,
    MuteStateSerializer,
)
from social.views.following import Relation


class MuteViewSet(Relation):
    inputs = {"update": MuteInput}
    output = MuteStateSerializer
    error_codes = {"update": ["conflict"]}

    def update(self, request: Request, username: str) -> Response:
        """Mute.

        Hides somebody's posts from your feed: for good, `until` a moment or for `duration_s` seconds. They are not
        told. Repeated, the last word counts.
        """
        muted = person_or_404(self.me, username)
        until = self.validated()["until"]
        actions.mute(muter=self.me, muted=muted, until=until)
        return self.answer({"muting": True, "until": until})

    def destroy(self, request: Request, username: str) -> Response:
        """Unmute.

        Repeated, it changes nothing and answers the same.
        """
        actions.unmute(muter=self.me, username=username)
        return self.done()
