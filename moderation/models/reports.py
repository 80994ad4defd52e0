"""Reports: what people say is wrong."""

from typing import Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Expression, Func, IntegerField, OuterRef, Value

from api.ids import IdField
from moderation.categories import Category
from moderation.limits import MAX_COMMENT_LENGTH
from moderation.models.cases import Case
from moderation.models.subjects import About

MAX_RECORD = 100  # reports of one reporter


class ReportQuerySet(models.QuerySet["Report"]):
    def owned_by(self, person: AbstractBaseUser) -> Self:
        """Made by the person."""
        return self.filter(reporter=person.pk)

    def with_record(self) -> Self:
        """Adds how many reports each reporter made that were decided, `decided_count`, and how many of these led to
        action, `led_to_action_count`: of the last 100, or whoever reports much makes a page of theirs costly."""
        theirs = Report.objects.filter(reporter=OuterRef("reporter")).order_by("-pk")
        last = ArraySubquery(theirs.filter(decided_at__isnull=False).values("state")[:MAX_RECORD])
        kept = Func(last, Value(Case.State.ACTION_TAKEN.value), function="array_positions", output_field=IntegerField())
        return self.annotate(decided_count=_length(last), led_to_action_count=_length(kept))


def _length(array: Expression | ArraySubquery) -> Func:
    return Func(array, function="cardinality", output_field=IntegerField())


class Report(About):
    """One person's word about one subject; once a case. Its `state` is what they are told."""

    id = IdField()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reports", db_index=False)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="reports", db_index=False
    )
    category = models.CharField(max_length=16, choices=Category)
    comment = models.CharField(max_length=MAX_COMMENT_LENGTH, blank=True)
    state = models.CharField(max_length=16, choices=Case.State, default=Case.State.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "reporter"], name="one_report_per_person_and_case"),
        ]
        indexes = [
            models.Index(fields=["reporter", "-id"], name="reports_of_person"),
            models.Index(fields=["reporter", "subject_type", "subject_id", "-id"], name="reports_of_subject"),
            models.Index(fields=["category", "-id"], name="reports_by_category"),
            models.Index(fields=["subject_type", "-id"], name="reports_by_kind"),
            models.Index(fields=["state", "-id"], name="reports_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.category}: {self.subject_type} {self.subject_id}"
