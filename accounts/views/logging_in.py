"""Log-in, log-out, tokens, passwords."""

from django.contrib.auth import logout as end_browser_session
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions
from accounts.models import Session
from accounts.serializers import ChangePasswordInput, LogInInput, RefreshInput, TokensSerializer
from accounts.views.browser_sessions import caller_of, end_browser_row
from api.viewsets import BaseViewSet, OpenViewSet


class TokenViewSet(OpenViewSet):
    title = "Log in"
    inputs = {"log_in": LogInInput}
    output = TokensSerializer
    error_codes = {"log_in": ["invalid_credentials", "second_factor_required", "address_refused"]}
    throttle_scopes = {"log_in": "log_in"}

    @extend_schema(operation_id="log_in")
    def log_in(self, request: Request) -> Response:
        """Log in.

        With user name or verified address. Ten failures from one place within 15 minutes are a 429. Who has a second
        factor gets a 403 `second_factor_required` with a `challenge` for the second step.
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
