"""Blocking somebody."""

from rest_framework.request import Request
from rest_framework.response import Response

from social import actions
from social.people import (
    person_or_404,
)
from social.serializers import (
    BlockStateSerializer,
)
from social.views.following import Relation


class BlockViewSet(Relation):
    output = BlockStateSerializer
    error_codes = {"update": ["conflict"]}

    def update(self, request: Request, username: str) -> Response:
        """Block.

        To somebody you block, you do not exist. Follows end, both ways.
        """
        actions.block(blocker=self.me, blocked=person_or_404(self.me, username))
        return self.answer({"blocking": True})

    def destroy(self, request: Request, username: str) -> Response:
        """Unblock.

        Repeated, it changes nothing and answers the same.
        """
        actions.unblock(blocker=self.me, username=username)
        return self.done()
