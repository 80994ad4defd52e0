"""Mails to people who cannot log in to be told."""

from django.conf import settings
from django.db import models

from moderation.models.decisions import Decision


class DecisionMail(models.Model):
    """That a decision was mailed to its owner, once. What it says is in the decision."""

    decision = models.OneToOneField(Decision, primary_key=True, on_delete=models.PROTECT, related_name="mail")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    held_until = models.DateTimeField(null=True, blank=True, help_text="A worker is sending it, until then at most.")
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True, help_text="No address to send it to, or refused.")

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="decision_mails_by_age")]

    def __str__(self) -> str:
        return f"mail of decision {self.decision_id}"
