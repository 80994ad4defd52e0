"""Why something is decided: the list that moderators choose from and the operator edits."""

from typing import Self

from django.db import models


class ReasonQuerySet(models.QuerySet["Reason"]):
    def offered(self) -> Self:
        """Those that moderators may choose, in their order."""
        return self.filter(is_offered=True).order_by("position", "pk")


class Reason(models.Model):
    """A decision keeps the sentence of its time: editing one changes nothing that was decided."""

    key = models.SlugField(max_length=32, unique=True)
    title = models.CharField(max_length=80, help_text="What moderators choose from.")
    sentence = models.CharField(max_length=300, help_text="What the owner is told.")
    position = models.PositiveSmallIntegerField(default=0)
    is_offered = models.BooleanField(default=True)
    objects = ReasonQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title
