"""Passwords that everybody may know: the demo world's. In production they open nothing."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError


def is_public(password: str) -> bool:
    return password in settings.PUBLIC_PASSWORDS


class NotPublic:
    """A validator for AUTH_PASSWORD_VALIDATORS."""

    def validate(self, password: str, user: Any = None) -> None:
        if is_public(password):
            raise ValidationError(self.get_help_text(), code="password_public")

    def get_help_text(self) -> str:
        return "This password is known to everybody."
