"""Messages to people, and the tokens in them."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils import timezone

from accounts.models.people import User
from api.choices import Choices

MAX_TOKEN_TRIES = 5  # wrong ones for one mail


class MailQuerySet(models.QuerySet["Mail"]):
    def to_address_since(self, address: str, moment: datetime) -> Self:
        """What was asked for, for this address, after the moment."""
        return self.filter(address=address, created_at__gt=moment)

    def unused_of(self, user: User, *kinds: str) -> Self:
        """Of the person and of these kinds, with a token that was not used yet."""
        return self.filter(user=user, kind__in=kinds, used_at__isnull=True)

    def superseding(self, mail: "Mail") -> Self:
        """Later ones of its kind to its person, which end its token. The right to undo is ended by none: a thief who
        changes the address twice would end the owner's."""
        later = self.filter(user=mail.user_id, kind=mail.kind, created_at__gt=mail.created_at)
        return later.exclude(kind=self.model.Kind.ADDRESS_CHANGED)


class Mail(models.Model):
    """A message to an address, sent once. The token in it is computed from the row's id and the secret key
    (accounts/mail_tokens.py): no row holds it."""

    class Kind(Choices):
        VERIFY_ADDRESS = "verify_address"
        RESET_PASSWORD = "reset_password"  # noqa: S105 (a kind of mail)
        CHANGE_ADDRESS = "change_address"
        ADDRESS_CHANGED = "address_changed"
        ACCOUNT_EXISTS = "account_exists"
        PASSWORD_CHANGED = "password_changed"  # noqa: S105 (as above)

        ACCOUNT_APPROVED = "account_approved"
        REGISTRATION_REFUSED = "registration_refused"
        SECOND_FACTOR_REMOVED = "second_factor_removed"
        ACCOUNT_DELETED = "account_deleted"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="mails")
    kind = models.CharField(max_length=24, choices=Kind)
    address = models.EmailField(max_length=256)
    note = models.CharField(max_length=256, blank=True, default="", db_default="", help_text="A reason that it gives.")
    created_at = models.DateTimeField(auto_now_add=True)
    held_until = models.DateTimeField(null=True, blank=True, help_text="A worker is sending it, until then at most.")
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True, help_text="Nobody to send it to, or refused for good.")
    used_at = models.DateTimeField(null=True, blank=True, help_text="Its token was used, or ended by a later one.")
    tries = models.PositiveSmallIntegerField(default=0, help_text="With a wrong token for this mail.")
    objects = MailQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["address", "-created_at"], name="mails_to_address"),
            models.Index(fields=["created_at"], name="mails_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.address}"

    @property
    def is_usable(self) -> bool:
        """Whether its token may still be used, by somebody who has it."""
        life = TOKEN_LIFE.get(self.kind)
        if life is None or self.created_at + life < timezone.now():
            return False
        known = self.user is not None and self.user.is_reachable
        return known and self.used_at is None and self.tries < MAX_TOKEN_TRIES


# How long the tokens of each kind live. An undo has to outlast a holiday's first week.
TOKEN_LIFE: dict[str, timedelta] = {
    Mail.Kind.VERIFY_ADDRESS: timedelta(days=3),
    Mail.Kind.ACCOUNT_APPROVED: timedelta(days=7),
    Mail.Kind.CHANGE_ADDRESS: timedelta(days=1),
    Mail.Kind.RESET_PASSWORD: timedelta(hours=1),
    Mail.Kind.ADDRESS_CHANGED: timedelta(days=7),
}
