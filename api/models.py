"""Abstract rows that several rooms build on. No DRF here: models load before the API's settings can."""

from django.db import models

MAX_KEY_LENGTH = 255


class Keyed(models.Model):
    """A row that a keyed POST creates. The app adds the unique constraint over (owner, idempotency_key)."""

    idempotency_key = models.CharField(max_length=MAX_KEY_LENGTH, null=True, blank=True, editable=False)
    idempotency_hash = models.CharField(max_length=64, blank=True, default="", editable=False)

    class Meta:
        abstract = True
