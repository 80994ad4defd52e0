"""Abstract rows that several apps build on, with the idempotency protocol of keyed POSTs.

The key is a unique column of the row that the request made, together with a hash of the body: a retry renders that row
again, another body under the same key is `key_reused` (422), and nothing has to be kept beside the row itself.
"""

from datetime import timedelta
from typing import ClassVar, Self, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from api.problems import Problem

MAX_KEY_LENGTH = 255
KEYS_KEPT_FOR = timedelta(days=1)
Row = TypeVar("Row", bound="Keyed")


class KeyedQuerySet(models.QuerySet[Row]):
    """The reads and writes of the protocol. An action asks `first_made_with`, then writes with `create_once`."""

    def made_with(self, key: str, owner: AbstractBaseUser) -> Self:
        """What this person's request with this key made, whatever became of it."""
        return self.filter(**{self.model.key_owner: owner.pk}, idempotency_key=key)

    def first_made_with(self, key: str | None, body_hash: str, owner: AbstractBaseUser) -> Row | None:
        """The row that the first request with this key made; None if this is the first, or has no key.

        `Problem("key_reused")` if that request had another body, `Problem("gone")` if its row was deleted since.
        """
        earlier = self.made_with(key, owner).first() if key else None
        if earlier is not None and earlier.idempotency_hash != body_hash:
            raise Problem("key_reused")
        if earlier is not None and earlier.is_gone:
            raise Problem("gone", "What this key made was deleted; a new one needs a new key")
        return earlier

    def create_once(self, row: Row) -> tuple[Row, bool]:
        """Inserts a new row. If its key was taken meanwhile: the row of the other request, and False.

        `Problem("key_reused")` and `Problem("gone")` as above; `IntegrityError` for other constraints.
        """
        if row.idempotency_key is None:
            row.save(force_insert=True)
            return row, True
        try:
            with transaction.atomic():
                row.save(force_insert=True)
                return row, True
        except IntegrityError:
            earlier = self.first_made_with(row.idempotency_key, row.idempotency_hash, getattr(row, row.key_owner))
        if earlier is None:  # another constraint, which speaks up again, or the first row is deleted by now
            row.save(force_insert=True)
        return earlier or row, earlier is None

    def prune_keys(self) -> int:
        """Clears the keys whose day is over; says how many."""
        old = self.filter(idempotency_key__isnull=False, created_at__lt=timezone.now() - KEYS_KEPT_FOR)
        return old.update(idempotency_key=None)


class Keyed(models.Model):
    """A row that a keyed POST creates. The app adds the unique constraint over (`key_owner`, idempotency_key)."""

    key_owner: ClassVar[str] = "owner"
    idempotency_key = models.CharField(max_length=MAX_KEY_LENGTH, null=True, blank=True, editable=False)
    idempotency_hash = models.CharField(max_length=64, blank=True, default="", editable=False)

    class Meta:
        abstract = True

    @property
    def is_gone(self) -> bool:
        """Deleted or taken down, with its row kept: a retry is not told that it is there."""
        moments = (getattr(self, name, None) for name in ("deleted_at", "removed_at"))
        return any(moment is not None for moment in moments)
