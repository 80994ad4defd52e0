"""The second factor: set up, used, taken away."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions
from accounts.models import RecoveryCode
from accounts.serializers import (
    ChallengeInput,
    CodeInput,
    EnrolmentSerializer,
    PasswordInput,
    RecoveryCodesSerializer,
    SecondFactorSerializer,
    TokensSerializer,
)
from accounts.views.browser_sessions import caller_of
from api.viewsets import BaseViewSet, OpenViewSet


class SecondStepViewSet(OpenViewSet):
    title = "Log in: the second step"
    inputs = {"log_in": ChallengeInput}
    output = TokensSerializer
    error_codes = {"log_in": ["invalid_code", "invalid_token"]}
    throttle_scopes = {"log_in": "log_in"}

    @extend_schema(operation_id="log_in_with_code")
    def log_in(self, request: Request) -> Response:
        """Log in: the second step.

        With the `challenge` of the 403 `second_factor_required` and a code of the app, or a recovery code. Each works
        once. Ten wrong ones are a 429.
        """
        caller, given = caller_of(request), self.validated()
        user = actions.pass_second_factor(challenge=given["challenge"], code=given["code"], caller=caller)
        actions.log_in(user=user)
        return self.answer(actions.open_session(user=user, caller=caller))


class SecondFactorViewSet(BaseViewSet):
    """What is asked for after the password."""

    tag = "me"
    inputs = {
        "enrol": PasswordInput,
        "confirm": CodeInput,
        "disable": PasswordInput,
        "renew_codes": PasswordInput,
    }
    output = SecondFactorSerializer
    outputs = {
        "enrol": EnrolmentSerializer,
        "confirm": RecoveryCodesSerializer,
        "renew_codes": RecoveryCodesSerializer,
        "disable": None,
    }
    error_codes = {"enrol": ["conflict"], "confirm": ["conflict"], "renew_codes": ["conflict"]}
    throttle_scopes = dict.fromkeys(["enrol", "confirm", "disable", "renew_codes"], "log_in")

    def retrieve(self, request: Request) -> Response:
        """My second factor."""
        left = RecoveryCode.objects.left_to(self.me).count()
        return self.answer({"methods": self.me.second_factors, "recovery_codes_left": left})

    @extend_schema(operation_id="set_up_authenticator")
    def enrol(self, request: Request) -> Response:
        """Set up an authenticator app.

        Gives a secret for the app. It counts once a code was confirmed; until then one may begin anew. 409 `conflict`
        if one counts already.
        """
        return self.answer(actions.enrol_authenticator(user=self.me, password=self.validated()["password"]))

    @extend_schema(operation_id="confirm_authenticator")
    def confirm(self, request: Request) -> Response:
        """Confirm the authenticator app.

        With a code of it. From now on log-ins need one. Answers with ten recovery codes, which are shown this once.
        """
        codes = actions.confirm_authenticator(user=self.me, code=self.validated()["code"])
        return self.answer({"recovery_codes": codes})

    @extend_schema(operation_id="disable_authenticator")
    def disable(self, request: Request) -> Response:
        """Disable the authenticator app.

        The recovery codes end with it. You are told by mail.
        """
        actions.disable_authenticator(user=self.me, password=self.validated()["password"])
        return self.done()

    @extend_schema(operation_id="renew_recovery_codes")
    def renew_codes(self, request: Request) -> Response:
        """Get new recovery codes.

        The ones before end.
        """
        codes = actions.renew_recovery_codes(user=self.me, password=self.validated()["password"])
        return self.answer({"recovery_codes": codes})
