"""Suggestions that were waved away."""

from django.conf import settings
from django.db import models

USER = settings.AUTH_USER_MODEL


class DismissedSuggestion(models.Model):
    """`user` does not want `person` to be suggested again."""

    user = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "person"], name="one_dismissal_per_pair")]

    def __str__(self) -> str:
        return f"{self.user_id} dismissed {self.person_id}"
