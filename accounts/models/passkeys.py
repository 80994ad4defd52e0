"""Passkeys: keys of a device that log a browser in."""

from typing import Self

from django.db import models

from accounts.models.people import User
from api.ids import GenerateRandomId, IdField


class PasskeyQuerySet(models.QuerySet["Passkey"]):
    def owned_by(self, person: User) -> Self:
        return self.filter(user=person)


class Passkey(models.Model):
    """The public half of a key, of which a device keeps the other (WebAuthn). Both are base64url."""

    id = IdField(db_default=GenerateRandomId())
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passkeys")
    credential_id = models.CharField(max_length=1400, unique=True)  # 1,023 bytes at most
    public_key = models.TextField()
    sign_count = models.BigIntegerField(default=0, help_text="Of a device that counts; one that goes back was copied.")
    name = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    objects = PasskeyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} of {self.user_id}"
