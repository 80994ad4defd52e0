"""Appeals: what the owner says against a decision, once, and what somebody else decides then."""

from typing import Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import F, Q

from api.choices import Choices
from api.ids import IdField
from moderation.limits import MAX_APPEAL_LENGTH, MAX_NOTE_LENGTH
from moderation.models.decisions import Decision


class AppealQuerySet(models.QuerySet["Appeal"]):
    def open(self) -> Self:
        """That nobody has decided, the oldest first."""
        return self.filter(state=Appeal.State.OPEN).order_by("pk")

    def to_be_decided_by(self, moderator: AbstractBaseUser) -> Self:
        """Open ones, but for those against what the moderator decided or that are about what is theirs."""
        others = self.open().exclude(person=moderator.pk)
        return others.exclude(first_moderator_id__isnull=False, first_moderator_id=moderator.pk)

    def locked(self) -> Self:
        return self.select_for_update(no_key=True, of=("self",))


class Appeal(models.Model):
    """One for each decision. `first_moderator_id` is who decided first, which the database holds against `decided_by`:
    nobody decides on an appeal against themselves."""

    class State(Choices):
        OPEN = "open"
        GRANTED = "granted"
        REFUSED = "refused"

    id = IdField()
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="appeal")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="appeals")
    text = models.CharField(max_length=MAX_APPEAL_LENGTH)
    created_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=16, choices=State, default=State.OPEN)
    first_moderator_id = models.BigIntegerField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=MAX_NOTE_LENGTH, blank=True, help_text="For moderators.")
    objects = AppealQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(first_moderator_id__isnull=True)
                | ~Q(decided_by=F("first_moderator_id")),
                name="somebody_else_decides_an_appeal",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True) | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="a_decided_appeal_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["id"], name="open_appeals", condition=Q(state="open"))]

    def __str__(self) -> str:
        return self.text[:40]

    def may_be_decided_by(self, moderator: AbstractBaseUser) -> bool:
        """As `to_be_decided_by`, of a row in hand."""
        return self.state == self.State.OPEN and moderator.pk not in (self.first_moderator_id, self.person_id)
