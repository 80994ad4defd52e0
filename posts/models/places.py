"""Places by name."""

from django.db import models

from api.ids import IdField


class Place(models.Model):
    """A place people name; the same name (folded) is the same place."""

    id = IdField()
    name = models.CharField(max_length=100, help_text="As first written.")
    folded = models.CharField(max_length=100, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name
