"""Registration."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions
from accounts.serializers import AwaitingApprovalSerializer, RegisteredSerializer, RegisterInput
from accounts.views.browser_sessions import caller_of
from api.viewsets import OpenViewSet


class RegisterViewSet(OpenViewSet):
    inputs = {"create": RegisterInput}
    output = RegisteredSerializer
    error_codes = {"create": ["registration_closed", "address_refused"]}
    throttle_scopes = {"create": "register"}

    @extend_schema(operation_id="register", responses={201: RegisteredSerializer, 202: AwaitingApprovalSerializer})
    def create(self, request: Request) -> Response:
        """Register.

        Makes an account and logs it in. User names are unique without regard to case. What `registration` of
        `GET /v1/instance` says holds: `invitation` needs a code, `approval` answers 202 and the rest comes by mail,
        `closed` is a 403 `registration_closed`. What administrators block is refused: some networks (403
        `address_refused`), mail addresses and words in names (400, `not_accepted` at their pointers).
        """
        caller = caller_of(request)
        user = actions.sign_up(**self.validated(), address=caller.address)
        if user.awaits_approval:
            return Response({"state": "awaiting_approval"}, status.HTTP_202_ACCEPTED)
        tokens = actions.open_session(user=user, caller=caller)
        made = {"user": user, "access": tokens.access, "refresh": tokens.refresh, "expires_in": tokens.expires_in}
        return Response(self.represent(made), status.HTTP_201_CREATED)
