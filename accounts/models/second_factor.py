"""What is asked for after the password."""

from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models.people import User


class Authenticator(models.Model):
    """An app that makes one-time passwords. It counts from when its first code was given."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="authenticator")
    secret = models.CharField(max_length=200, help_text="Encrypted (accounts/vault.py).")
    last_step = models.BigIntegerField(default=0, help_text="The time step of the last code: none is taken twice.")
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"authenticator of {self.user_id}"


class RecoveryCodeQuerySet(models.QuerySet["RecoveryCode"]):
    def left_to(self, user: User) -> Self:
        return self.filter(user=user, used_at__isnull=True)


class RecoveryCode(models.Model):
    """Stands for a one-time password, once. Of 80 random bits, so that a plain hash hides it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)
    objects = RecoveryCodeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once")]
        indexes = [models.Index(fields=["user"], name="recovery_codes_left", condition=Q(used_at__isnull=True))]

    def __str__(self) -> str:
        return f"recovery code of {self.user_id}"
