"""The address of an account: verified, changed, and the change undone; a password chosen anew with its help."""

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.actions.mailing import Useless, mail_with_token, redeemed, request_mail, tell
from accounts.actions.rules import Attempt, Try, check_email
from accounts.models import Mail, User
from accounts.passwords import opaque, refuse_weak
from api.problems import Invalid

VERIFYING = {Mail.Kind.VERIFY_ADDRESS, Mail.Kind.ACCOUNT_APPROVED}
REQUESTED = [*VERIFYING, Mail.Kind.CHANGE_ADDRESS, Mail.Kind.RESET_PASSWORD]


def resend_verification(*, user: User) -> None:
    """A fresh token for the person's address, which ends the one before; nothing if it is verified."""
    if user.email_verified_at is None:
        request_mail(kind=Mail.Kind.VERIFY_ADDRESS, address=user.email, user=user)


def request_address(*, user: User, email: str, password: str) -> None:
    """Sends a token to a new address; it is the account's once it was used. Says nothing of whose it is already."""
    if not user.check_password(password):
        raise Invalid("password", "wrong", "This is not your password.")
    check_email(what=Try(Attempt.EMAIL_CHANGE, user=user), email=email)
    request_mail(kind=Mail.Kind.CHANGE_ADDRESS, address=email, user=user)


def verify_address(*, token: str) -> None:
    """The token's address is the person's from now on, and nobody else's."""
    with redeemed(token=token, kinds={*VERIFYING, Mail.Kind.CHANGE_ADDRESS}) as (mail, user):
        if mail.kind in VERIFYING and user.email != mail.address:  # changed since
            raise Useless
        before = user.email if user.email_verified_at else mail.address
        own_address(user=user, address=mail.address)
        if before != mail.address:
            tell(kind=Mail.Kind.ADDRESS_CHANGED, address=before, user=user)


def undo_address(*, token: str) -> None:
    """Gives the account its old address back and logs everybody out: whoever changed it may know the password.

    Ends what was asked for since, later undos too; an earlier one stays, lest the thief's ends the owner's.
    """
    with redeemed(token=token, kinds={Mail.Kind.ADDRESS_CHANGED}) as (mail, user):
        user.token_version = F("token_version") + 1
        user.save(update_fields=["token_version"])
        own_address(user=user, address=mail.address)
        tokens = Mail.objects.unused_of(user, *REQUESTED)
        later = Mail.objects.unused_of(user, Mail.Kind.ADDRESS_CHANGED).filter(created_at__gte=mail.created_at)
        (tokens | later).update(used_at=timezone.now())


@transaction.atomic
def own_address(*, user: User, address: str) -> None:
    """Makes a verified address the person's. Who had it before keeps it as one that is not verified: whoever reads its
    mail now decides."""
    others = User.objects.get_queryset().with_address(address).exclude(pk=user.pk)
    others.update(email_verified_at=None)
    user.email, user.email_verified_at = address, timezone.now()
    user.save(update_fields=["email", "email_verified_at"])


def request_reset(*, email: str) -> None:
    """Has a token sent with which one chooses a new password. The same work for every address."""
    request_mail(kind=Mail.Kind.RESET_PASSWORD, address=email)


def reset_password(*, token: str, password: str) -> None:
    """A new password for whoever reads the account's mail; ends every session, and what else was asked for."""
    mail = mail_with_token(token=token)
    if mail is None or mail.user is None or mail.kind != Mail.Kind.RESET_PASSWORD:
        raise Useless
    refuse_weak(password, mail.user, "new_password")
    hashed = make_password(opaque(password))  # before rows are locked: it takes long
    with redeemed(token=token, kinds={Mail.Kind.RESET_PASSWORD}) as (mail, user):
        if user.email != mail.address:  # changed since
            raise Useless
        user.password, user.token_version = hashed, F("token_version") + 1
        user.save(update_fields=["password", "token_version"])
        own_address(user=user, address=mail.address)
        tell_of_new_password(user=user)


def tell_of_new_password(*, user: User) -> None:
    """Ends tokens that were asked for before, and tells the owner, in the caller's transaction."""
    Mail.objects.unused_of(user, *REQUESTED).update(used_at=timezone.now())
    if user.email_verified_at is not None:
        tell(kind=Mail.Kind.PASSWORD_CHANGED, address=user.email, user=user)
