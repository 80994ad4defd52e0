"""Going away, and coming back; changing one's name."""

from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions
from accounts.serializers import MeSerializer, PasswordInput, UsernameInput
from api.viewsets import BaseViewSet


class DeactivationViewSet(BaseViewSet):
    inputs = {"deactivate": PasswordInput}
    throttle_scopes = {"deactivate": "log_in"}

    def deactivate(self, request: Request) -> Response:
        """Deactivate the account.

        Hides it and all that is in it from everybody, and logs out everywhere. Nothing is lost: log in again, then
        reactivate.
        """
        actions.deactivate(user=self.me, password=self.validated()["password"])
        return self.done()


class ReactivationViewSet(BaseViewSet):
    """The one address that takes the tokens of somebody who is deactivated."""

    brings_back = frozenset({"deactivated"})
    output = MeSerializer

    def reactivate(self, request: Request) -> Response:
        """Reactivate the account.

        With the tokens of a log-in made since it was deactivated; all other addresses answer them with a 403
        `deactivated`. Repeated, it changes nothing.
        """
        return self.answer(actions.reactivate(user=self.me))


class UndeletionViewSet(BaseViewSet):
    """The one address that takes the tokens of somebody who is to be deleted."""

    brings_back = frozenset({"deletion_pending"})
    output = MeSerializer
    error_codes = {"undelete": ["gone"]}

    def undelete(self, request: Request) -> Response:
        """Take the deletion back.

        With the tokens of a log-in made since it was asked for; all other addresses answer them with a 403
        `deletion_pending`, which says until when (`purge_at`). All is as it was. Repeated, it changes nothing.
        """
        return self.answer(actions.undelete(user=self.me))


class UsernameViewSet(BaseViewSet):
    inputs = {"update": UsernameInput}
    output = MeSerializer
    error_codes = {"update": ["username_cap"]}

    def update(self, request: Request) -> Response:
        """Change the user name.

        The name before is held for you for 30 days: nobody else gets it, and it leads nowhere. Mentions of you show the
        new one. A third change within 30 days is a 409 `username_cap`.
        """
        return self.answer(actions.rename(user=self.me, username=self.validated()["username"]))
