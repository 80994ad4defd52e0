"""Cases: the reports of one subject, from the first to what was decided."""

from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from api.choices import Choices
from api.ids import IdField
from moderation.models.appeals import Appeal
from moderation.models.subjects import About


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> Self:
        return self.filter(state=Case.State.OPEN)

    def in_queue_order(self) -> Self:
        """What is to be handled first comes first."""
        return self.order_by("-severity", "-reports_count", "pk")

    def about(self, subject_type: str, subject_id: int) -> Self:
        return self.filter(subject_type=subject_type, subject_id=subject_id)

    def of_appeals(self, appeals: Iterable[Appeal]) -> dict[int, "Case"]:
        """What each appeal (with its decision) is about, by the appeal's id: the case in which it was decided, or one
        that is not stored, of the decision's subject and with the appeal's id."""
        appeals = list(appeals)
        found = self.in_bulk({one.decision.case_id for one in appeals if one.decision.case_id is not None})
        return {one.pk: found.get(one.decision.case_id or 0) or _case_of(one) for one in appeals}

    def claimed(self) -> Self:
        """Somebody is working on them."""
        return self.filter(claimed_until__gt=timezone.now())

    def free_for(self, moderator: AbstractBaseUser) -> Self:
        """Open, and nobody else is working on them."""
        return self.open().filter(Q(claimed_by=moderator.pk) | ~_claimed_q())

    def locked(self) -> Self:
        return self.select_for_update(no_key=True, of=("self",))


def _case_of(appeal: Appeal) -> "Case":
    decision = appeal.decision
    return Case(
        pk=appeal.pk,
        subject_type=decision.subject_type,
        subject_id=decision.subject_id,
        owner_id=decision.owner_id,
        state=Case.State.ACTION_TAKEN,
    )


def _claimed_q() -> Q:
    return Q(claimed_until__isnull=False, claimed_until__gt=timezone.now())


class Case(About):
    """One subject, and all reports of it until a decision. Reports after that make another case, `earlier_count` more.

    `evidence` is what the subject was when it was first reported, and at reports after it was changed: a list of
    `{"at", "text", "media", …}`, so that neither an edit nor a deletion takes it from the moderator.
    """

    class State(Choices):
        OPEN = "open"
        ACTION_TAKEN = "action_taken"
        NO_ACTION = "no_action"

    id = IdField()
    owner_id = models.BigIntegerField(help_text="Whose it is.")
    state = models.CharField(max_length=16, choices=State, default=State.OPEN)
    severity = models.PositiveSmallIntegerField(default=1, help_text="Of the most serious report: 1 to 5.")
    reports_count = models.PositiveIntegerField(default=0, help_text="Of as many people.")
    earlier_count = models.PositiveIntegerField(default=0, help_text="Cases of the same subject before this one.")
    opened_at = models.DateTimeField(auto_now_add=True)
    reported_at = models.DateTimeField(null=True, blank=True, help_text="The last time.")
    closed_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    claimed_until = models.DateTimeField(null=True, blank=True)
    evidence = models.JSONField(default=list, blank=True)
    objects = CaseQuerySet.as_manager()

    class Meta:
        permissions = [
            ("moderate", "Can claim and decide cases and appeals"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"], name="one_open_case_per_subject", condition=Q(state="open")
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="a_closed_case_has_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-severity", "-reports_count", "id"], name="cases_to_decide", condition=Q(state="open")
            ),
            models.Index(fields=["subject_type", "subject_id", "-id"], name="cases_of_subject"),
            models.Index(fields=["owner_id", "-id"], name="cases_of_owner"),
            models.Index(fields=["subject_type", "-id"], name="cases_by_kind"),
            models.Index(fields=["state", "-id"], name="cases_by_state"),
            models.Index(fields=["closed_at"], name="cases_by_close", condition=Q(closed_at__isnull=False)),
            models.Index(fields=["claimed_by"], name="claimed_cases", condition=Q(claimed_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def is_claimed_by(self, moderator: AbstractBaseUser) -> bool:
        """Whether this one is working on it."""
        until = self.claimed_until
        return self.claimed_by_id == moderator.pk and until is not None and until > timezone.now()

    def is_claimed_by_another(self, moderator: AbstractBaseUser | None) -> bool:
        """Whether somebody else than this one is working on it."""
        mine = moderator is not None and self.claimed_by_id == moderator.pk
        return self.claimed_until is not None and self.claimed_until > timezone.now() and not mine
