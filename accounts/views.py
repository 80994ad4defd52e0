"""Registration, log-in, tokens, oneself."""

from django.contrib.auth import login as begin_browser_session
from django.contrib.auth import logout as end_browser_session
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpResponse, HttpResponseRedirect
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions
from accounts.cards import card_of
from accounts.models import Session
from accounts.serializers import (
    AvatarInput,
    ChangePasswordInput,
    LogInInput,
    MeSerializer,
    OwnDetailsSerializer,
    ProfileInput,
    RefreshInput,
    RegisteredSerializer,
    RegisterInput,
    TokensSerializer,
)
from api.shapes import represent
from api.throttles import address_of
from api.viewsets import BaseViewSet, OpenViewSet


def caller_of(request: Request) -> actions.Caller:
    return actions.Caller(address_of(request) or None, request.headers.get("User-Agent", ""))


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


class TokenViewSet(OpenViewSet):
    title = "Log in"
    inputs = {"log_in": LogInInput}
    output = TokensSerializer
    error_codes = {"log_in": ["invalid_credentials"]}
    throttle_scopes = {"log_in": "log_in"}

    @extend_schema(operation_id="log_in")
    def log_in(self, request: Request) -> Response:
        """Log in.

        With user name or address. Ten failures from one place within 15 minutes are a 429.
        """
        caller, given = caller_of(request), self.validated()
        user = actions.check_credentials(identifier=given["username"], password=given["password"], caller=caller)
        actions.log_in(user=user)
        return self.answer(actions.open_session(user=user, caller=caller))


class RefreshViewSet(OpenViewSet):
    title = "Refresh the tokens"
    inputs = {"refresh": RefreshInput}
    output = TokensSerializer
    error_codes = {"refresh": ["invalid_token"]}
    throttle_scopes = {"refresh": "log_in"}

    @extend_schema(operation_id="refresh_tokens")
    def refresh(self, request: Request) -> Response:
        """Refresh the tokens.

        Spends the refresh token. Using a spent one again ends the session, but for ten seconds in which a client whose
        reply was lost gets the same successor.
        """
        return self.answer(actions.refresh_session(token=self.validated()["refresh"]))


class LogOutViewSet(BaseViewSet):
    """Both log-outs are effective on the next request."""

    @extend_schema(operation_id="log_out")
    def this_session(self, request: Request) -> Response:
        """Log out."""
        if isinstance(request.auth, Session):
            actions.end_session(session=request.auth)
        else:
            end_browser_session(request._request)
        return self.done()

    @extend_schema(operation_id="log_out_everywhere")
    def everywhere(self, request: Request) -> Response:
        """Log out everywhere."""
        actions.end_all_sessions(user=self.me)
        return self.done()


class PasswordViewSet(BaseViewSet):
    inputs = {"change": ChangePasswordInput}
    output = TokensSerializer
    throttle_scopes = {"change": "log_in"}

    @extend_schema(operation_id="change_password")
    def change(self, request: Request) -> Response:
        """Change the password.

        Ends every session, this one too, and answers with the tokens of a new one.
        """
        given = self.validated()
        actions.change_password(user=self.me, old=given["old_password"], new=given["new_password"])
        return self.answer(actions.open_session(user=self.me, caller=caller_of(request)))


class MeViewSet(BaseViewSet):
    """Oneself."""

    inputs = {"partial_update": ProfileInput}
    output = MeSerializer

    def retrieve(self, request: Request) -> Response:
        """Oneself."""
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
        """Remove the avatar."""
        actions.set_avatar(user=self.me, media_id=None)
        return self.done()


class BrowserLogInView(LoginView):
    """The log-in page of the browsable API: the same actions as the token endpoint, with a session cookie."""

    template_name = "accounts/login.html"
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        actions.log_in(user=user)
        begin_browser_session(self.request, user)
        return HttpResponseRedirect(self.get_success_url())
