"""Going away for a while, and coming back; changing one's name."""

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

    brings_back = True
    output = MeSerializer

    def reactivate(self, request: Request) -> Response:
        """Reactivate the account.

        With the tokens of a log-in made since it was deactivated; all other addresses answer them with a 403
        `deactivated`. Repeated, it changes nothing.
        """
        return self.answer(actions.reactivate(user=self.me))


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
