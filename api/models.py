"""Abstract rows that several rooms build on. No DRF here: models load before the API's settings can."""

from django.db import models

LONGEST_KEY = 255


class Keyed(models.Model):
    """A row that a keyed POST creates. The app adds the unique constraint over (owner, idempotency_key)."""

    idempotency_key = models.CharField(max_length=LONGEST_KEY, null=True, blank=True, editable=False)
    idempotency_hash = models.CharField(max_length=64, blank=True, default="", editable=False)

    class Meta:
        abstract = True
