"""The form in which passwords are hashed, and those that everybody may know: in production they open nothing."""

import unicodedata
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from rest_framework.serializers import ValidationError as InvalidField

MAX_LENGTH = 128  # of what may be set, in code points


def opaque(password: str) -> str:
    """The password as RFC 8265 compares it (OpaqueString): NFC, each kind of space as U+0020.

    Keyboards send one letter in different forms: a Mac's é may be two code points where a phone's is one. What is
    longer than any password stays as it is: normalizing may take the square of its length.
    """
    if len(password) > MAX_LENGTH:
        return password
    return unicodedata.normalize("NFC", "".join(_space_as_ours(letter) for letter in password))


def _space_as_ours(letter: str) -> str:
    return " " if unicodedata.category(letter) == "Zs" else letter


def candidates(password: str) -> list[str]:
    """What may have been hashed for it: its form today, and as typed, which was hashed before there was such a form."""
    return list(dict.fromkeys([opaque(password), password]))


def refuse_weak(password: str, person: Any, field: str) -> None:
    """Raises the validators' objections to a new password, at this field of the body."""
    try:
        validate_password(opaque(password), person)
    except ValidationError as error:
        raise InvalidField({field: error.messages}) from None


def is_public(password: str) -> bool:
    return opaque(password) in settings.PUBLIC_PASSWORDS


class NotPublic:
    """A validator for AUTH_PASSWORD_VALIDATORS."""

    def validate(self, password: str, user: Any = None) -> None:
        if is_public(password):
            raise ValidationError(self.get_help_text(), code="password_public")

    def get_help_text(self) -> str:
        return "This password is known to everybody."
