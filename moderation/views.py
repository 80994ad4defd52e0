"""Reporting what is wrong, and hearing what was decided: as a reporter, and about oneself."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.pagination import NewerPages
from api.viewsets import BaseViewSet, OpenViewSet
from moderation import actions
from moderation.models import Decision, Report
from moderation.serializers import (
    AppealInput,
    AppealStateSerializer,
    OwnDecisionSerializer,
    ReportInput,
    ReportSerializer,
    TokenAppealInput,
)


class ReportViewSet(BaseViewSet):
    """What one has reported."""

    inputs = {"create": ReportInput}
    output = ReportSerializer
    pagination_class = NewerPages
    error_codes = {"create": ["not_found", "own_content"]}
    throttle_scopes = {"create": "report"}
    new_account_limits = {"create": "reports"}

    def get_queryset(self) -> QuerySet[Report]:
        return Report.objects.owned_by(self.me)

    def list(self, request: Request) -> Response:
        """One's reports, newest first."""
        return self.paginated(self.get_queryset())

    @extend_schema(responses={200: ReportSerializer, 201: ReportSerializer})
    def create(self, request: Request) -> Response:
        """Report a person, post, comment, story or highlight.

        Moderators will look at it; nobody else hears who reported it. What one has reported already is not reported
        again: the answer is the first report, with 200. What is one's own is a 409 `own_content`.
        """
        report, is_new = actions.report(reporter=self.me, **self.validated())
        return self.created(f"/v1/reports/{report.pk}", report) if is_new else self.answer(report)

    def retrieve(self, request: Request, pk: int) -> Response:
        """One report, and what became of it."""
        return self.answer(self.get_object())


class OwnDecisionViewSet(BaseViewSet):
    """What was decided about oneself and what is one's own."""

    inputs = {"appeal": AppealInput}
    output = OwnDecisionSerializer
    pagination_class = NewerPages
    error_codes = {"appeal": ["not_appealable"]}
    throttle_scopes = {"appeal": "appeal"}

    def get_queryset(self) -> QuerySet[Decision]:
        return Decision.objects.told_to(self.me).for_display()

    @extend_schema(operation_id="list_my_decisions")
    def list(self, request: Request) -> Response:
        """What moderators decided about you, newest first.

        With the reason, and whether you may appeal. Decisions that something may stay are not among them.
        """
        return self.paginated(self.get_queryset())

    @extend_schema(operation_id="get_my_decision")
    def retrieve(self, request: Request, pk: int) -> Response:
        """One decision about you."""
        return self.answer(self.get_object())

    @extend_schema(operation_id="appeal_decision")
    def appeal(self, request: Request, pk: int) -> Response:
        """Appeal against a decision.

        Once, within 180 days; somebody else than who decided looks at it again. Repeated with the same text it changes
        nothing; 409 `not_appealable` for what cannot be appealed, or not again.
        """
        decision = self.get_object()
        return self.answer(actions.appeal(person=self.me, decision_id=decision.pk, **self.validated()))


class TokenAppealViewSet(OpenViewSet):
    """Without a log-in: whoever is suspended cannot log in."""

    inputs = {"create": TokenAppealInput}
    output = AppealStateSerializer
    error_codes = {"create": ["not_appealable"]}
    throttle_scopes = {"create": "log_in"}

    @extend_schema(operation_id="create_appeal", responses={200: AppealStateSerializer})
    def create(self, request: Request) -> Response:
        """Appeal against a suspension.

        With the code of the mail that told of it. As `POST /v1/me/moderation/{id}/appeal`.
        """
        return self.answer(actions.appeal_by_token(**self.validated()).appeal_or_none)
