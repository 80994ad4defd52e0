"""Registration, log-in, tokens, oneself."""

from typing import Any

from django.contrib.auth import login as begin_browser_session
from django.contrib.auth import logout as end_browser_session
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts import actions
from accounts.authentication import viewer_of
from accounts.models import Session, User
from accounts.serializers import (
    AvatarInput,
    ChangePasswordInput,
    LogInInput,
    MeSerializer,
    ProfileInput,
    RefreshInput,
    RegisteredSerializer,
    RegisterInput,
    TokensSerializer,
)
from api.problem_schema import error_codes
from api.throttles import address_of

_TOKENS = {"access": "eyJhbGciOiJIUzI1NiIs…", "refresh": "eyJhbGciOiJIUzI1NiIs…"}
_ALICE = {
    "id": "1", "username": "alice", "name": "Alice", "avatar": None, "is_private": False, "bio": "", "website": "",
    "email": "alice@example.com", "birth_date": "1990-05-17", "posts_count": 0, "followers_count": 0,
    "following_count": 0, "created_at": "2026-11-22T10:00:00.000000Z", "last_login": None,
}  # fmt: skip


def caller_of(request: Request) -> actions.Caller:
    return actions.Caller(address_of(request) or None, request.headers.get("User-Agent", ""))


class _Open(GenericViewSet[Any]):
    """What one does before one is logged in. No credentials are read, so a stale token cannot stand in the way."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    throttle_scope = "log_in"

    def get_authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="pystagram"'


class RegisterViewSet(_Open):
    serializer_class = RegisterInput
    throttle_scope = "register"

    @extend_schema(
        tags=["auth"],
        operation_id="register",
        summary="Register",
        description="Makes an account and logs it in. User names and addresses are unique without regard to case.",
        responses={201: RegisteredSerializer},
        examples=[
            OpenApiExample("registered", {**_TOKENS, "user": _ALICE}, response_only=True, status_codes=["201"]),
            OpenApiExample(
                "alice",
                {
                    "username": "alice",
                    "name": "Alice",
                    "email": "alice@example.com",
                    "password": "correct-horse-battery",
                    "birth_date": "1990-05-17",
                },
                request_only=True,
            ),
        ],
    )
    def create(self, request: Request) -> Response:
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        user = actions.register(**form.validated_data)
        tokens = actions.open_session(user=user, caller=caller_of(request))
        body = {"user": user, "access": tokens.access, "refresh": tokens.refresh}
        return Response(RegisteredSerializer(body).data, status.HTTP_201_CREATED)


class TokenViewSet(_Open):
    title = "Log in"
    serializer_class = LogInInput

    @extend_schema(
        tags=["auth"],
        operation_id="log_in",
        summary="Log in",
        extensions=error_codes("invalid_credentials"),
        description="With user name or address. Ten failures from one place within 15 minutes are a 429.",
        responses={200: TokensSerializer},
        examples=[
            OpenApiExample("alice", {"username": "alice", "password": "correct-horse-battery"}, request_only=True),
            OpenApiExample("tokens", _TOKENS, response_only=True, status_codes=["200"]),
        ],
    )
    def create(self, request: Request) -> Response:
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        caller, given = caller_of(request), form.validated_data
        user = actions.check_credentials(identifier=given["username"], password=given["password"], caller=caller)
        actions.log_in(user=user)
        return Response(TokensSerializer(actions.open_session(user=user, caller=caller)).data)


class RefreshViewSet(_Open):
    title = "Refresh the tokens"
    serializer_class = RefreshInput

    @extend_schema(
        tags=["auth"],
        operation_id="refresh_tokens",
        summary="Refresh the tokens",
        extensions=error_codes("invalid_token"),
        description="Spends the refresh token. Using a spent one again ends the session, but for ten seconds in "
        "which a client whose reply was lost gets the same successor.",
        responses={200: TokensSerializer},
        examples=[
            OpenApiExample("refresh", {"refresh": _TOKENS["refresh"]}, request_only=True),
            OpenApiExample("tokens", _TOKENS, response_only=True, status_codes=["200"]),
        ],
    )
    def create(self, request: Request) -> Response:
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(TokensSerializer(actions.refresh_session(token=form.validated_data["refresh"])).data)


class LogOutViewSet(GenericViewSet[Any]):
    """Both log-outs are effective on the next request."""

    serializer_class = serializers.Serializer  # no body; the browsable form is a button

    @extend_schema(tags=["auth"], operation_id="log_out", summary="Log out", request=None, responses={204: None})
    def create(self, request: Request) -> Response:
        if isinstance(request.auth, Session):
            actions.end_session(session=request.auth)
        else:
            end_browser_session(request._request)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        tags=["auth"],
        operation_id="log_out_everywhere",
        summary="Log out everywhere",
        request=None,
        responses={204: None},
    )
    def everywhere(self, request: Request) -> Response:
        actions.end_all_sessions(user=viewer_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class PasswordViewSet(GenericViewSet[Any]):
    serializer_class = ChangePasswordInput
    throttle_scope = "log_in"

    @extend_schema(
        tags=["auth"],
        operation_id="change_password",
        summary="Change the password",
        description="Ends every session, this one too, and answers with the tokens of a new one.",
        responses={200: TokensSerializer},
        examples=[
            OpenApiExample(
                "change", {"old_password": "correct-horse", "new_password": "staple-battery"}, request_only=True
            ),
            OpenApiExample("tokens", _TOKENS, response_only=True, status_codes=["200"]),
        ],
    )
    def create(self, request: Request) -> Response:
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        actions.change_password(user=viewer_of(request), old=given["old_password"], new=given["new_password"])
        return Response(TokensSerializer(actions.open_session(user=viewer_of(request), caller=caller_of(request))).data)


class MeViewSet(GenericViewSet[User]):
    """Oneself."""

    serializer_class = ProfileInput

    def _answer(self, user: Any) -> Response:
        return Response(MeSerializer(user).data)

    @extend_schema(
        tags=["me"],
        summary="Oneself",
        responses={200: MeSerializer},
        examples=[OpenApiExample("me", _ALICE, response_only=True)],
    )
    def retrieve(self, request: Request) -> Response:
        return self._answer(viewer_of(request))

    @extend_schema(
        tags=["me"],
        summary="Change the profile",
        description="Opening a private account accepts whoever has asked to follow.",
        responses={200: MeSerializer},
        examples=[
            OpenApiExample("private", {"bio": "Mountains, mostly.", "is_private": True}, request_only=True),
            OpenApiExample("me", _ALICE, response_only=True),
        ],
    )
    def partial_update(self, request: Request) -> Response:
        form = self.get_serializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        return self._answer(actions.update_profile(user=viewer_of(request), **form.validated_data))


class AvatarViewSet(GenericViewSet[User]):
    serializer_class = AvatarInput

    @extend_schema(
        tags=["me"],
        summary="Set the avatar",
        responses={200: MeSerializer},
        examples=[
            OpenApiExample("set", {"media": "7312849021001728"}, request_only=True),
            OpenApiExample("me", _ALICE, response_only=True),
        ],
    )
    def update(self, request: Request) -> Response:
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(
            MeSerializer(actions.set_avatar(user=viewer_of(request), media_id=form.validated_data["media"])).data
        )

    @extend_schema(tags=["me"], summary="Remove the avatar", responses={204: None})
    def destroy(self, request: Request) -> Response:
        actions.set_avatar(user=viewer_of(request), media_id=None)
        return Response(status=status.HTTP_204_NO_CONTENT)


class BrowserLogInView(LoginView):
    """The log-in page of the browsable API: the same actions as the token endpoint, with a session cookie."""

    template_name = "accounts/login.html"
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        actions.log_in(user=user)
        begin_browser_session(self.request, user)
        return HttpResponse(status=302, headers={"Location": self.get_success_url()})
