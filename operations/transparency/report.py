"""What was reported, decided and refused in a period, counted by the database. Names nobody.

Rows are found by their ids, which are in the order of time, so that a period of a large log is one range of its key.
Automatic refusals are kept for a while only (docs/retention.md): of an older period they are missing, and it says so.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Aggregate, Count, ExpressionWrapper, F, FloatField, Func, Q, QuerySet
from django.utils import timezone

from accounts.actions.rules import HITS_KEPT_FOR
from accounts.models import RuleHit, User
from api.ids import id_at
from media.actions.refusing import REFUSALS_KEPT_FOR
from media.models import ImageRefusal
from moderation.models import Appeal, Case, Decision, Report

Counts = dict[str, int]


class Transparency(NamedTuple):
    """The period, from its first moment to before its last, and what was counted in it."""

    begins: datetime
    ends: datetime
    reports: Counts  # by category
    reports_led_to_action: int
    cases_closed: int
    hours_to_decision: float | None  # the median, of the cases closed in the period
    decisions: Counts  # by action
    reasons: Counts  # by reason, of decisions that were not taken by a rule
    automatic: Counts  # measures without anybody's look, by kind
    appeals: Counts  # made in the period, by how they stand
    hours_to_appeal: float | None  # the median, of the appeals decided in the period
    registrations: int
    registrations_refused: Counts  # by the kind of rule
    incomplete: list[str]  # what is not kept for as long as the period reaches back


class Median(Aggregate):
    """The median of a number."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


class _Seconds(Func):
    function = "EXTRACT"
    template = "EXTRACT(EPOCH FROM (%(expressions)s))"
    output_field = FloatField()


def transparency(*, begins: datetime, ends: datetime) -> Transparency:
    """Counts the period. The order of each table is that of its numbers, largest first."""
    reports = _made_within(Report.objects.all(), begins, ends)
    decisions = _made_within(Decision.objects.all(), begins, ends)
    appeals = _made_within(Appeal.objects.all(), begins, ends)
    closed = Case.objects.filter(closed_at__gte=begins, closed_at__lt=ends)
    decided = Appeal.objects.filter(decided_at__gte=begins, decided_at__lt=ends)
    tried = RuleHit.objects.filter(attempt=RuleHit.Attempt.REGISTRATION, created_at__gte=begins, created_at__lt=ends)
    return Transparency(
        begins=begins,
        ends=ends,
        reports=_counted(reports, "category"),
        reports_led_to_action=reports.filter(state=Case.State.ACTION_TAKEN).count(),
        cases_closed=closed.count(),
        hours_to_decision=_median_hours(closed, "closed_at", "opened_at"),
        decisions=_counted(decisions, "action"),
        reasons=_counted(decisions.filter(automatic=False), "reason"),
        automatic=_automatic(decisions, begins, ends),
        appeals=_counted(appeals, "state"),
        hours_to_appeal=_median_hours(decided, "decided_at", "created_at"),
        registrations=User.objects.filter(created_at__gte=begins, created_at__lt=ends).count(),
        registrations_refused=_counted(tried, "kind"),
        incomplete=list(_incomplete(begins)),
    )


def _made_within(rows: QuerySet[Any], begins: datetime, ends: datetime) -> QuerySet[Any]:
    return rows.filter(pk__gte=id_at(begins), pk__lt=id_at(ends))


def _counted(rows: QuerySet[Any], by: str) -> Counts:
    found = rows.order_by().values_list(by).annotate(number=Count("pk")).order_by("-number", by)
    return dict(found)


def _median_hours(rows: QuerySet[Any], end: str, begin: str) -> float | None:
    lasted = _Seconds(ExpressionWrapper(F(end) - F(begin), output_field=models.DurationField()))
    seconds: float | None = rows.aggregate(median=Median(lasted))["median"]
    return None if seconds is None else seconds / 3600


def _automatic(decisions: QuerySet[Decision], begins: datetime, ends: datetime) -> Counts:
    """Decisions that a rule took, refused images, and what rules about accounts refused."""
    refused = ImageRefusal.objects.filter(created_at__gte=begins, created_at__lt=ends)
    images = refused.aggregate(
        image_file=Count("pk", filter=Q(distance=0)),
        image_near_copy=Count("pk", filter=Q(distance__gt=0)),
        image_taken_back=Count("pk", filter=Q(lifted_at__isnull=False)),
    )
    hits = RuleHit.objects.filter(created_at__gte=begins, created_at__lt=ends)
    by_rules = {
        f"decision_{action}": number for action, number in _counted(decisions.filter(automatic=True), "action").items()
    }
    return {**by_rules, **images, **_counted(hits, "attempt")}


def _incomplete(begins: datetime) -> Iterable[str]:
    now = timezone.now()
    if begins < now - HITS_KEPT_FOR:
        yield f"what rules about accounts refused is kept for {HITS_KEPT_FOR.days} days"
    if begins < now - REFUSALS_KEPT_FOR:
        yield f"refused images are kept for {REFUSALS_KEPT_FOR.days} days"
