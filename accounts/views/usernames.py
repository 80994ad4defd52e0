"""Whether a user name is free, asked before somebody sends a whole form."""

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions
from accounts.models import BlockedWord, HeldName, User
from accounts.serializers import UsernameCheckSerializer, UsernameInput
from api.problems import Problem
from api.viewsets import OpenViewSet


class UsernameCheckViewSet(OpenViewSet):
    output = UsernameCheckSerializer
    error_codes = {"retrieve": ["registration_closed"]}
    throttle_scopes = {"retrieve": "username"}

    @extend_schema(operation_id="check_username")
    def retrieve(self, request: Request, username: str) -> Response:
        """Ask whether a user name is free.

        While somebody types it. `error` is what `POST /v1/auth/register` and `PUT /v1/me/username` would say of it;
        only these take a name, so that it may be gone by then. Beyond the limit of requests, go on without asking.
        Where not everybody may register (`registration` of `GET /v1/instance`), a 403 `registration_closed`.
        """
        if settings.REGISTRATION not in {"open", "approval"}:
            raise Problem("registration_closed", "Who may not register is not told which names there are")
        error = _error_of(username)
        shown = error and {"code": error.code, "detail": str(error)}
        return self.answer({"username": username.lower(), "available": error is None, "error": shown})


def _error_of(username: str) -> ErrorDetail | None:
    """What keeps anybody from taking this name now; the same words as when it is taken."""
    body = UsernameInput(data={"username": username})
    if not body.is_valid():
        error: ErrorDetail = body.errors["username"][0]
        return error
    name = body.validated_data["username"]
    if BlockedWord.objects.against(name).exists():
        return ErrorDetail(actions.NAME_NOT_ACCEPTED, "not_accepted")
    if User.objects.named(name).exists() or HeldName.objects.in_force().of(name).exists():
        return ErrorDetail(actions.TAKEN, "unique")
    return None
