"""Making accounts."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actions.addresses import own_address
from accounts.actions.invitations import use_invitation
from accounts.actions.mailing import request_mail
from accounts.actions.names import Taken, refuse_held
from accounts.actions.rules import check_registration
from accounts.models import Mail, User
from api.ids import EPOCH
from api.problems import Problem
from events.actions import record


def register(
    *,
    username: str,
    name: str,
    email: str,
    password: str,
    birth_date: date,
    invitation: str | None = None,
    awaits_approval: bool = False,
) -> User:
    """Makes an account. Two at once for one name: one wins, the other gets a 400.

    With an `invitation` one of its uses is used up. `awaits_approval`: suspended until `approve`.
    The address is not the account's before it was verified, so that any number may give it; and nothing here looks
    whether it is in use.
    """
    user = User(username=username.lower(), name=name, email=email.lower(), birth_date=birth_date)
    user.set_password(password)
    if awaits_approval:
        user.awaits_approval, user.suspended_at = True, timezone.now()
    try:
        with transaction.atomic():
            if invitation is not None:
                use_invitation(code=invitation)
            user.save()
            refuse_held(user.username)
            if not awaits_approval:
                record("user_registered", user_id=user.pk)
                request_mail(kind=Mail.Kind.VERIFY_ADDRESS, address=user.email, user=user)
    except IntegrityError:
        raise Taken from None
    return user


def sign_up(*, invitation: str, address: str | None = None, **card: Any) -> User:
    """Registers somebody from this network address as PYSTAGRAM_REGISTRATION lets people.

    `registration_closed` if it lets nobody; `address_refused` and `Invalid` for what administrators block.
    """
    if settings.REGISTRATION == "closed":
        raise Problem("registration_closed")
    check_registration(address=address, username=card["username"], name=card["name"], email=card["email"])
    needed = invitation if settings.REGISTRATION == "invitation" else None
    return register(**card, invitation=needed, awaits_approval=settings.REGISTRATION == "approval")


@transaction.atomic
def approve(*, user: User) -> bool:
    """Lets somebody in who has registered, and tells them. Repeated, it changes nothing: False if nobody waits."""
    row = User.objects.get_queryset().select_for_update(of=("self",), no_key=True).filter(pk=user.pk).first()
    if row is None or not row.awaits_approval:
        return False
    row.awaits_approval, row.suspended_at = False, None
    row.save(update_fields=["awaits_approval", "suspended_at"])
    record("user_registered", user_id=row.pk)
    request_mail(kind=Mail.Kind.ACCOUNT_APPROVED, address=row.email, user=row)
    return True


@transaction.atomic
def turn_down(*, user: User, reason: str = "") -> bool:
    """Removes somebody who has registered and was never let in, and tells them, with the reason if one is given.

    Their name is free again. False if there is nobody who waits.
    """
    row = User.objects.get_queryset().select_for_update(of=("self",)).filter(pk=user.pk, awaits_approval=True).first()
    if row is None:
        return False
    row.delete()
    request_mail(kind=Mail.Kind.REGISTRATION_REFUSED, address=row.email, note=reason)
    return True


def make_administrator(*, username: str, email: str, password: str) -> User:
    """Gives somebody who is there, or a new account with this address and password, every right in the admin.

    Repeated, it changes nothing more; the password of an existing account stays.
    """
    with transaction.atomic():
        user = User.objects.named(username).select_for_update().first()
        if user is None:
            user = User(username=username, name=username, email=email)
            user.set_password(password)
        user.is_staff = user.is_superuser = True
        user.save()
        if not User.objects.get_queryset().with_address(user.email).exists():
            own_address(user=user, address=user.email)
    return user


@transaction.atomic
def make_placeholder(*, user_id: int) -> User:
    """An account with the id of somebody whom the database has lost: private, without a password or mail address.

    Repeated, it changes nothing.
    """
    name = f"recovered.{user_id}"
    address = f"{name}@localhost.localdomain"
    fields = {
        "username": name,
        "email": address,
        "is_private": True,
        "created_at": EPOCH,
        "password": make_password(None),
    }
    return User.objects.get_or_create(pk=user_id, defaults=fields)[0]
