"""Names that somebody has given up a short while ago."""

from typing import Self

from django.db import models
from django.utils import timezone

from accounts.models.people import User


class HeldNameQuerySet(models.QuerySet["HeldName"]):
    def in_force(self) -> Self:
        return self.filter(held_until__gt=timezone.now())

    def of(self, name: str) -> Self:
        """This very name."""
        return self.filter(name=name)

    def held_by(self, person: User) -> Self:
        return self.filter(user=person)


class HeldName(models.Model):
    """A user name that nobody else may take yet, lest they pass for who had it. It leads nowhere."""

    name = models.CharField(primary_key=True, max_length=30)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="held_names")
    held_until = models.DateTimeField()
    objects = HeldNameQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} until {self.held_until:%Y-%m-%d}"
