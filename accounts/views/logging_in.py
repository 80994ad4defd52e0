"""Log-in, log-out, tokens, passwords."""

from django.contrib.auth import logout as end_browser_session
from django.http import HttpRequest
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions
from accounts.models import Session
from accounts.serializers import ChangePasswordInput, LogInInput, RefreshInput, TokensSerializer
from api.throttles import address_of
from api.viewsets import BaseViewSet, OpenViewSet


def caller_of(request: Request | HttpRequest) -> actions.Caller:
    return actions.Caller(address_of(request) or None, request.headers.get("User-Agent", ""))


def end_browser_row(request: HttpRequest) -> None:
    """Ends the row of a browser that logs out."""
    own = Session.objects.of_browser(request.session.get(actions.BROWSER_SESSION))
    if own is not None:
        actions.end_session(session=own)


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
            end_browser_row(request._request)
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
