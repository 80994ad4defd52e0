"""A person's inbox: how far they have seen, and what they want to be told."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import BigIntegerField, Q, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from notifications.models.kinds import Every, From


class InboxQuerySet(models.QuerySet["Inbox"]):
    def due_at(self, moment: datetime) -> Self:
        """Whose next digest is to be begun."""
        return self.filter(digest_due_at__lte=moment)

    def of(self, person: AbstractBaseUser) -> "Inbox":
        """The person's, or one with the defaults."""
        return self.filter(person=person.pk).first() or Inbox(person_id=person.pk)


def _choice(default: str = From.EVERYBODY) -> Any:
    return models.CharField(max_length=16, choices=From, default=default, db_default=default)


class Inbox(models.Model):
    """What a person wants to be told of, and how far they have seen it. Without a row, the defaults."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="inbox"
    )
    seen_id = models.BigIntegerField(default=0, db_default=0, help_text="Causes up to this one are seen.")
    follow = _choice()
    follow_request = _choice()
    request_accepted = _choice()
    like = _choice()
    comment = _choice()
    reply = _choice()
    mention = _choice()
    comment_like = _choice()
    story = _choice(From.NOBODY)
    digest = models.CharField(max_length=8, choices=Every, default=Every.OFF, db_default=Every.OFF)
    digest_due_at = models.DateTimeField(null=True, blank=True)
    digest_id = models.BigIntegerField(default=0, db_default=0, help_text="Causes up to this one were mailed.")
    objects = InboxQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "inboxes"
        indexes = [models.Index(fields=["digest_due_at"], name="digests_due", condition=Q(digest_due_at__isnull=False))]

    def __str__(self) -> str:
        return f"inbox of {self.person_id}"


def seen_by(viewer: AbstractBaseUser) -> Combinable:
    """The id of the last cause that the viewer has seen."""
    seen = Inbox.objects.filter(person=viewer.pk).values("seen_id")
    return Coalesce(Subquery(seen), Value(0), output_field=BigIntegerField())
