"""The second factor: an authenticator app, and recovery codes for when it is lost.

Whoever has one gets no session for a password alone, however they log in: `check_credentials` raises
`second_factor_required` with a challenge, which `pass_second_factor` takes together with a code.
"""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone

from accounts import totp
from accounts.actions.logging_in import CHALLENGE_SALT, Caller, counted_as_failed
from accounts.actions.mailing import tell
from accounts.models import Authenticator, Mail, RecoveryCode, User
from accounts.vault import opened, sealed
from api.problems import Invalid, Problem

CHALLENGE_SECONDS = 300
RECOVERY_CODES = 10
RECOVERY_BYTES = 10
MAX_WRONG_CODES = 10  # from anywhere but the person's usual places: of a million codes three are right


@dataclass(frozen=True)
class Enrolment:
    """A new authenticator's secret, to be typed or scanned."""

    secret: str
    uri: str


@transaction.atomic
def enrol_authenticator(*, user: User, password: str) -> Enrolment:
    """A secret for an app; it counts once `confirm_authenticator` got a code of it. 409 if one counts already."""
    _check(user, password)
    _lock(user)
    if Authenticator.objects.filter(user=user, confirmed_at__isnull=False).exists():
        raise Problem("conflict", "There is an authenticator; disable it first")
    secret = totp.new_secret()
    fresh = {"secret": sealed(secret), "last_step": 0, "created_at": timezone.now()}
    Authenticator.objects.update_or_create(user=user, defaults=fresh)
    issuer = urlsplit(settings.PYSTAGRAM_URL).hostname or "pystagram"
    return Enrolment(totp.as_text(secret), totp.as_uri(secret, account=user.username, issuer=issuer))


@transaction.atomic
def confirm_authenticator(*, user: User, code: str) -> list[str]:
    """Turns the second factor on; gives the recovery codes, which are shown this once."""
    _lock(user)
    waiting = Authenticator.objects.filter(user=user, confirmed_at__isnull=True).first()
    if waiting is None:
        raise Problem("conflict", "There is no authenticator to confirm")
    if not _takes_code(waiting, code):
        raise Invalid("code", "wrong", "This is not the app's code of now.")
    waiting.confirmed_at = timezone.now()
    waiting.save(update_fields=["confirmed_at"])
    return _new_recovery_codes(user)


@transaction.atomic
def renew_recovery_codes(*, user: User, password: str) -> list[str]:
    """New recovery codes; the ones before end."""
    _check(user, password)
    _lock(user)
    if not Authenticator.objects.filter(user=user, confirmed_at__isnull=False).exists():
        raise Problem("conflict", "There is no authenticator")
    return _new_recovery_codes(user)


def disable_authenticator(*, user: User, password: str) -> None:
    """Takes the authenticator and the recovery codes away. Repeated, it changes nothing."""
    _check(user, password)
    remove_authenticator(user=user)


@transaction.atomic
def remove_authenticator(*, user: User) -> bool:
    """The same without the password, for an operator; the owner is told. Says whether there was one."""
    _lock(user)
    count, _ = Authenticator.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    if count and user.email_verified_at is not None:
        tell(kind=Mail.Kind.SECOND_FACTOR_REMOVED, address=user.email, user=user)
    return count > 0


def challenged_person(*, challenge: str) -> User:
    """Whose password was right a moment ago. `invalid_token` if that was not so, is long ago, or is over."""
    try:
        number, version = signing.loads(challenge, salt=CHALLENGE_SALT, max_age=CHALLENGE_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        raise Problem("invalid_token", "Log in anew") from None
    user = User.objects.get_queryset().filter(pk=number, token_version=version).first()
    if user is None or not user.may_log_in:
        raise Problem("invalid_token", "Log in anew")
    return user


def pass_second_factor(*, challenge: str, code: str, caller: Caller) -> User:
    """The person of a challenge, for a code of their app or a recovery code. `invalid_code` for a wrong one; too many
    are a 429."""
    user = challenged_person(challenge=challenge)
    _use_counted(user, code, caller)
    return user


def confirm_with_code(*, user: User, code: str, caller: Caller) -> None:
    """That whoever is logged in has the second factor, too. `Invalid` for a wrong code; too many are a 429."""
    if not code:
        raise Invalid("code", "required", "A code of your second factor is needed.")
    try:
        _use_counted(user, code, caller)
    except Problem as problem:
        if problem.get_codes() != "invalid_code":
            raise
        raise Invalid("code", "wrong", "This is not the code.") from None


def _use_counted(user: User, code: str, caller: Caller) -> None:
    name = f"#{user.pk}"  # no user name looks so
    with counted_as_failed(name, user, caller.address, anywhere=MAX_WRONG_CODES):
        if not use_code(user=user, code=code):
            raise Problem("invalid_code")


@transaction.atomic
def use_code(*, user: User, code: str) -> bool:
    """Uses up a code of the app or a recovery code; says whether it was one."""
    _lock(user)
    mine = Authenticator.objects.filter(user=user, confirmed_at__isnull=False).first()
    if mine is None:
        return False
    typed = "".join(code.split())
    if typed.isascii() and typed.isdigit() and len(typed) == totp.DIGITS:
        return _takes_code(mine, typed)
    codes = RecoveryCode.objects.left_to(user).filter(digest=_digest(typed))
    return codes.update(used_at=timezone.now()) > 0


def _takes_code(authenticator: Authenticator, code: str) -> bool:
    """Whether it is a code of now that was not used, nor one before it; in the caller's transaction, person locked."""
    secret = opened(authenticator.secret)
    step = totp.step_of("".join(code.split()), secret, time.time()) if secret is not None else None
    if step is None or step <= authenticator.last_step:
        return False
    authenticator.last_step = step
    authenticator.save(update_fields=["last_step"])
    return True


def _new_recovery_codes(user: User) -> list[str]:
    """In the caller's transaction."""
    RecoveryCode.objects.filter(user=user).delete()
    codes = [_grouped(secrets.token_bytes(RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(code)) for code in codes)
    return codes


def _grouped(value: bytes) -> str:
    text = base64.b32encode(value).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _digest(code: str) -> str:
    """Of a recovery code as it may be typed: in any case, with or without its hyphens."""
    return hashlib.sha256(code.lower().replace("-", "").encode()).hexdigest()


def _check(user: User, password: str) -> None:
    if not user.check_password(password):
        raise Invalid("password", "wrong", "This is not your password.")


def _lock(user: User) -> None:
    """Two codes at once take turns."""
    User.objects.get_queryset().select_for_update(of=("self",), no_key=True).get(pk=user.pk)
