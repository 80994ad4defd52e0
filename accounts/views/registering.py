"""Registration."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions
from accounts.serializers import RegisteredSerializer, RegisterInput
from accounts.views.browser_sessions import caller_of
from api.viewsets import OpenViewSet


class RegisterViewSet(OpenViewSet):
    inputs = {"create": RegisterInput}
    output = RegisteredSerializer
    throttle_scopes = {"create": "register"}

    @extend_schema(operation_id="register")
    def create(self, request: Request) -> Response:
        """Register.

        Makes an account and logs it in. User names and addresses are unique without regard to case.
        """
        user = actions.register(**self.validated())
        tokens = actions.open_session(user=user, caller=caller_of(request))
        made = {"user": user, "access": tokens.access, "refresh": tokens.refresh}
        return Response(self.represent(made), status.HTTP_201_CREATED)
