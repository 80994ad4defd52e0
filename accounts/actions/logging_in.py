"""Credentials, and how often they may be wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import FailedLogIn, User
from accounts.passwords import candidates, is_public
from api.problems import Problem
from events.actions import record

FAILURES_WINDOW = timedelta(minutes=15)
FAILURES_KEPT_FOR = timedelta(days=30)
MAX_FAILURES_PER_NAME = 10
MAX_FAILURES_PER_ADDRESS = 100


@dataclass(frozen=True)
class Caller:
    """Where a log-in comes from."""

    address: str | None = None
    user_agent: str = ""


def check_credentials(*, identifier: str, password: str, caller: Caller) -> User:
    """The person with this user name or address and password, if they may log in.

    Unknown, wrong and suspended answer alike and take alike long. Too many failures are a 429, counted in the
    database so that they count without Redis: by name and address, so that nobody locks out somebody else.
    """
    name = identifier.strip().lower()[:256]
    with _counted_as_failed(name, caller.address):
        user = _user_with(name, password)
        if user is None:
            raise Problem("invalid_credentials")
    return user


@contextmanager
def _counted_as_failed(name: str, address: str | None) -> Iterator[None]:
    """Counts an attempt before the password is checked, so that any number at once are no more than the limit.

    The row stays if the block says that it is wrong, not if it is right or was never checked (`busy`).
    """
    attempt, is_wrong = _count_attempt(name, address), False
    try:
        yield
    except Problem as problem:
        is_wrong = problem.get_codes() == "invalid_credentials"
        raise
    finally:
        if not is_wrong:
            attempt.delete()


def _user_with(name: str, password: str) -> User | None:
    people = User.objects.get_queryset()
    user = (people.with_address(name) if "@" in name else people.named(name)).first()
    if user is None:
        for form in candidates(password):
            make_password(form)  # as slow as checking it
        return None
    return user if user.check_password(password) and user.is_active and not is_public(password) else None


def _count_attempt(name: str, address: str | None) -> FailedLogIn:
    """The row of one more failure. `throttled` if there are too many; attempts from one address take turns here."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"log-in {address}"])
        _refuse_after_too_many_failures(name, address)
        return FailedLogIn.objects.create(identifier=name, address=address)


def _refuse_after_too_many_failures(name: str, address: str | None) -> None:
    recent = FailedLogIn.objects.filter(failed_at__gt=timezone.now() - FAILURES_WINDOW, address=address)
    by_name = recent.filter(identifier=name)[:MAX_FAILURES_PER_NAME].count()
    by_address = recent[:MAX_FAILURES_PER_ADDRESS].count()
    if by_name >= MAX_FAILURES_PER_NAME or by_address >= MAX_FAILURES_PER_ADDRESS:
        raise Problem("throttled", "Too many failed log-ins", retry_after=int(FAILURES_WINDOW.total_seconds()))


def log_in(*, user: User) -> None:
    """What every log-in does, from a client or a browser: note the time, record the event for apps above."""
    with transaction.atomic():
        user.last_login = timezone.now()
        user.save(update_fields=["last_login"])
        record("logged_in", user_id=user.pk)


def forget_failed_log_ins() -> int:
    """Removes failures of a month ago; says how many."""
    count, _ = FailedLogIn.objects.filter(failed_at__lt=timezone.now() - FAILURES_KEPT_FOR).delete()
    return count
