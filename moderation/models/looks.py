"""That a moderator looked at what is not public."""

from django.db import models
from django.utils import timezone

from api.ids import IdField
from moderation.models.subjects import About


class Look(About):
    """Whose content, who looked, on account of which case (none: of an appeal against what was decided without one). By
    numbers and names, as decisions."""

    id = IdField()
    at = models.DateTimeField(default=timezone.now)
    moderator_id = models.BigIntegerField()
    moderator_name = models.CharField(max_length=30)
    owner_id = models.BigIntegerField(help_text="Whose the subject is.")
    case_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="looks_by_age"),
            models.Index(fields=["case_id", "moderator_id", "-at"], name="looks_of_case"),
            models.Index(fields=["moderator_id", "-id"], name="looks_of_moderator"),
        ]

    def __str__(self) -> str:
        return f"{self.moderator_name} at {self.subject_type} {self.subject_id}"
