"""Verifying and changing one's address; choosing a new password by mail."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions
from accounts.serializers import MailTokenInput, NewAddressInput, ResetConfirmationInput, ResetInput
from api.viewsets import BaseViewSet, OpenViewSet

MAILED = {202: OpenApiResponse(description="A mail is on its way, if there is somebody to send it to.")}


def mailed() -> Response:
    """202: what follows comes by mail."""
    return Response(status=status.HTTP_202_ACCEPTED)


class AddressTokenViewSet(OpenViewSet):
    """Without a log-in: a mail is often read on another device."""

    inputs = {"verify": MailTokenInput, "undo": MailTokenInput}
    throttle_scopes = {"verify": "log_in", "undo": "log_in"}

    @extend_schema(operation_id="verify_email")
    def verify(self, request: Request) -> Response:
        """Verify an e-mail address.

        With the code of the mail that registering, resending or changing the address sends. The address is the
        account's from now on: it may log in with it. Used, run out, wrong: one 400 at `/token`.
        """
        actions.verify_address(token=self.validated()["token"])
        return self.done()

    @extend_schema(operation_id="undo_email_change")
    def undo(self, request: Request) -> Response:
        """Undo a change of the e-mail address.

        With the code of the mail that the old address got, for a week. Logs out everywhere.
        """
        actions.undo_address(token=self.validated()["token"])
        return self.done()


class AddressViewSet(BaseViewSet):
    inputs = {"change": NewAddressInput}
    throttle_scopes = {"resend": "mail", "change": "mail"}

    @extend_schema(operation_id="resend_verification", responses=MAILED)
    def resend(self, request: Request) -> Response:
        """Send the verification again.

        A fresh code; the one before ends. Nothing is sent if the address is verified.
        """
        actions.resend_verification(user=self.me)
        return mailed()

    @extend_schema(operation_id="change_email", responses=MAILED)
    def change(self, request: Request) -> Response:
        """Change the e-mail address.

        Sends a code to the new address, which `POST /v1/auth/email/verify` takes; until then all stays as it is. The
        old address is told then, and can undo it for a week. One answer, whoever has the address.
        """
        given = self.validated()
        actions.request_address(user=self.me, email=given["email"], password=given["password"])
        return mailed()


class ResetViewSet(OpenViewSet):
    inputs = {"request_reset": ResetInput, "confirm": ResetConfirmationInput}
    throttle_scopes = {"request_reset": "mail", "confirm": "log_in"}

    @extend_schema(operation_id="request_password_reset", responses=MAILED)
    def request_reset(self, request: Request) -> Response:
        """Ask for a new password.

        Sends a code to the address, if it is an account's. One answer for every address.
        """
        actions.request_reset(email=self.validated()["email"])
        return mailed()

    @extend_schema(operation_id="reset_password")
    def confirm(self, request: Request) -> Response:
        """Choose a new password.

        With the code of the mail, once, within an hour. Ends every session.
        """
        given = self.validated()
        actions.reset_password(token=given["token"], password=given["new_password"])
        return self.done()
