"""The log of what was decided. Rows are only added: triggers refuse all else (migration 0002)."""

from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from api.choices import Choices
from api.ids import IdField
from moderation.limits import APPEALABLE_FOR
from moderation.models.subjects import About


class Action(Choices):
    TAKE_DOWN = "take_down"
    PUT_BACK = "put_back"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    LIMIT = "limit"
    UNLIMIT = "unlimit"
    MARK_SENSITIVE = "mark_sensitive"
    UNMARK = "unmark"
    WARN = "warn"
    UNWARN = "unwarn"
    REFUSE_IMAGE = "refuse_image"
    ALLOW_IMAGE = "allow_image"
    DISMISS = "dismiss"
    REOPEN = "reopen"
    UPHOLD = "uphold"


# What takes back what. That an appeal was refused is not taken back: there is one appeal.
_PAIRS = [
    (Action.TAKE_DOWN, Action.PUT_BACK),
    (Action.SUSPEND, Action.REINSTATE),
    (Action.LIMIT, Action.UNLIMIT),
    (Action.MARK_SENSITIVE, Action.UNMARK),
    (Action.WARN, Action.UNWARN),
    (Action.REFUSE_IMAGE, Action.ALLOW_IMAGE),
    (Action.DISMISS, Action.REOPEN),
]
INVERSES: dict[str, Action] = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
CHANGES: dict[str, Action] = {Action.UPHOLD: Action.UPHOLD, **{each: pair[0] for pair in _PAIRS for each in pair}}
APPEALABLE = [
    Action.TAKE_DOWN, Action.SUSPEND, Action.LIMIT, Action.MARK_SENSITIVE, Action.WARN, Action.REFUSE_IMAGE,
]  # fmt: skip
UNTOLD = [Action.DISMISS, Action.REOPEN]  # that there were reports at all is not the owner's to know
TOLD = [action for action in Action if action not in UNTOLD]


class DecisionQuerySet(models.QuerySet["Decision"]):
    def told_to(self, person: AbstractBaseUser) -> Self:
        """About the person or what is theirs, as far as they are told."""
        return self.filter(owner_id=person.pk).exclude(action__in=UNTOLD)

    def for_display(self) -> Self:
        """With all that DecisionSerializer shows."""
        return self.select_related("appeal").annotate(is_superseded=_superseded())

    def about(self, subject_type: str, subject_id: int) -> Self:
        return self.filter(subject_type=subject_type, subject_id=subject_id)

    def numbered(self, number: int | None) -> "Decision | None":
        """The one of this number, if there is one."""
        return self.filter(pk=number).first() if number is not None else None

    def superseding(self, decision: "Decision") -> Self:
        """Later ones that decided the same thing anew, and what took this one back."""
        return self.about(*decision.subject).filter(
            Q(reverses_id=decision.pk) | (Q(pk__gt=decision.pk, changes=decision.changes) & ~Q(changes=Action.WARN))
        )


def _superseded() -> Exists:
    """As `superseding`, of each row."""
    anew = Q(pk__gt=OuterRef("pk"), changes=OuterRef("changes")) & ~Q(changes=Action.WARN)
    later = Decision.objects.filter(
        Q(reverses_id=OuterRef("pk")) | anew, subject_type=OuterRef("subject_type"), subject_id=OuterRef("subject_id")
    )
    return Exists(later)


class Decision(About):
    """What somebody (or a rule, if it is `automatic`) decided, and why. Names no other row by a foreign key, so that
    nothing that is removed for good takes it along or changes it.

    `changes` is what it decides: the action, or the one that it is the inverse of. A later decision about the same
    subject with the same `changes` supersedes it; warnings stand beside each other.
    """

    id = IdField()
    at = models.DateTimeField(default=timezone.now)
    moderator_id = models.BigIntegerField(null=True, blank=True)
    moderator_name = models.CharField(max_length=30, blank=True)
    action = models.CharField(max_length=16, choices=Action)
    changes = models.CharField(max_length=16)
    owner_id = models.BigIntegerField(help_text="Whose the subject is.")
    case_id = models.BigIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=32, help_text="Its key.")
    sentence = models.CharField(max_length=300, help_text="What the owner is told.")
    note = models.TextField(blank=True, help_text="For moderators.")
    until = models.DateTimeField(null=True, blank=True, help_text="Of a suspension that ends by itself.")
    automatic = models.BooleanField(default=False)
    reverses_id = models.BigIntegerField(null=True, blank=True, help_text="The decision that it takes back.")
    details = models.JSONField(default=dict, blank=True)
    is_superseded: bool  # annotated by for_display()
    objects = DecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reverses_id"], name="one_reversal_per_decision", condition=Q(reverses_id__isnull=False)
            ),
            models.CheckConstraint(
                condition=Q(automatic=True) | Q(moderator_id__isnull=False), name="somebody_or_a_rule_decides"
            ),
        ]
        indexes = [
            models.Index(fields=["owner_id", "-id"], name="decisions_of_owner"),
            models.Index(fields=["subject_type", "subject_id", "-id"], name="decisions_of_subject"),
            models.Index(fields=["case_id", "-id"], name="decisions_of_case", condition=Q(case_id__isnull=False)),
            models.Index(fields=["moderator_id", "-id"], name="decisions_of_moderator"),
            models.Index(fields=["action", "-id"], name="decisions_by_action"),
            models.Index(fields=["subject_type", "-id"], name="decisions_by_kind"),
            models.Index(fields=["-id"], name="decisions_of_rules", condition=Q(automatic=True)),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_id}"

    @property
    def is_appealable(self) -> bool:
        """Whether its owner may appeal now; reads `appeal` and `is_superseded` of `for_display`."""
        recent = self.at + APPEALABLE_FOR > timezone.now()
        return self.action in APPEALABLE and recent and not self.is_superseded and self.appeal_or_none is None

    @property
    def can_be_taken_back(self) -> bool:
        """Whether another decision may take it back; reads as `is_appealable`."""
        return self.action in INVERSES and self.reverses_id is None and not self.is_superseded

    @property
    def is_in_force(self) -> bool:
        """Whether it holds still; reads as `is_appealable`."""
        return not self.is_superseded and (self.until is None or self.until > timezone.now())

    @property
    def appeal_or_none(self) -> Any:
        """The `Appeal` against it."""
        return getattr(self, "appeal", None)
