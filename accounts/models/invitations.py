"""Invitations to register."""

from typing import Self

from django.db import models
from django.utils import timezone


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def usable(self) -> Self:
        return self.filter(uses_left__gt=0, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """A code that lets some people register. Of 80 random bits, so that a plain hash hides it."""

    digest = models.CharField(max_length=64, unique=True)
    note = models.CharField(max_length=100, blank=True, help_text="Whom it is for.")
    uses_left = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    objects = InvitationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"invitation {self.pk} {self.note}".rstrip()
