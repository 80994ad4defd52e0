"""What moderators write to each other about a case."""

from django.conf import settings
from django.db import models

from api.ids import IdField
from moderation.limits import MAX_NOTE_LENGTH
from moderation.models.cases import Case


class Note(models.Model):
    id = IdField()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.CharField(max_length=MAX_NOTE_LENGTH)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["case", "id"], name="notes_of_case")]

    def __str__(self) -> str:
        return self.text[:40]
