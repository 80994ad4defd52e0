"""Invitations: made by an operator, used up by whoever registers with them."""

import base64
import hashlib
import secrets
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from accounts.models import Invitation
from api.problems import Invalid

CODE_BYTES = 10
KEPT_FOR = timedelta(days=30)  # after they ended


def invite(*, uses: int, days: int, note: str = "") -> str:
    """A code for so many people, for so many days. It is shown this once."""
    code = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode().lower()
    expires_at = timezone.now() + timedelta(days=days)
    Invitation.objects.create(digest=_digest(code), note=note, uses_left=uses, expires_at=expires_at)
    return code


def use_invitation(*, code: str) -> None:
    """Uses up one of a code's uses, in the caller's transaction. `invalid` if there is none left."""
    usable = Invitation.objects.usable().filter(digest=_digest(code))
    if not usable.update(uses_left=F("uses_left") - 1):
        raise Invalid("invitation", "invalid", "One needs an invitation to register; this is none, or is used up.")


def forget_invitations() -> int:
    """Removes those that ended a month ago; says how many."""
    count, _ = Invitation.objects.filter(expires_at__lt=timezone.now() - KEPT_FOR).delete()
    return count


def _digest(code: str) -> str:
    return hashlib.sha256(code.strip().lower().encode()).hexdigest()
