"""Mails of what is new."""

import uuid

from django.conf import settings
from django.db import models


class Digest(models.Model):
    """A mail of what is new to somebody, sent once. What it says is found out when it is sent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digests")
    address = models.EmailField(max_length=256)
    every = models.CharField(max_length=8, help_text="day or week")
    after_id = models.BigIntegerField(help_text="What is newer than this cause is new.")
    created_at = models.DateTimeField(auto_now_add=True)
    held_until = models.DateTimeField(null=True, blank=True, help_text="A worker is sending it, until then at most.")
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(
        null=True, blank=True, help_text="Nothing to say, nobody to send it to, or refused."
    )

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="digests_by_age")]

    def __str__(self) -> str:
        return f"digest to {self.address}"
