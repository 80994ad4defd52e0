"""Places by name."""

from django.db import models

from api.ids import IdField
from posts.limits import LONGEST_PLACE


class Place(models.Model):
    """A place people name; the same name (folded) is the same place."""

    id = IdField()
    name = models.CharField(max_length=LONGEST_PLACE, help_text="As first written.")
    folded = models.CharField(max_length=LONGEST_PLACE, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name
