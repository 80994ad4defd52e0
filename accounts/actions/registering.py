"""Making accounts."""

from datetime import date

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, connection, transaction

from accounts.actions.addresses import own_address
from accounts.actions.mailing import request_mail
from accounts.actions.names import Taken, refuse_held
from accounts.models import Mail, User
from api.ids import EPOCH
from events.actions import record


def register(*, username: str, name: str, email: str, password: str, birth_date: date) -> User:
    """Makes an account. Two at once for one name: one wins, the other gets a 400.

    The address is not the account's before it was verified, so that any number may give it; and nothing here looks
    whether it is in use.
    """
    user = User(username=username.lower(), name=name, email=email.lower(), birth_date=birth_date)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
            refuse_held(user.username)
            record("user_registered", user_id=user.pk)
            request_mail(kind=Mail.Kind.VERIFY_ADDRESS, address=user.email, user=user)
    except IntegrityError:
        raise Taken from None
    return user


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
    """An account with the number of somebody whom the database has lost: private, without a password or mail address.

    Numbers given out later are above it. Repeated, it changes nothing.
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
    user, made = User.objects.get_or_create(pk=user_id, defaults=fields)
    if made:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(seq, greatest(nextval(seq), %s)) FROM pg_get_serial_sequence('accounts_user', 'id') seq",
                [user_id],
            )
    return user
