"""Credentials, and how often they may be wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.core import signing
from django.db import connection, transaction
from django.utils import timezone

from accounts.actions.rules import Attempt, Try, check_network
from accounts.models import FailedLogIn, Session, User
from accounts.passwords import candidates, is_public
from api.problems import Problem
from events.actions import record

FAILURES_WINDOW = timedelta(minutes=15)
FAILURES_KEPT_FOR = timedelta(days=30)
MAX_FAILURES_PER_NAME = 10
MAX_FAILURES_PER_ADDRESS = 100
MAX_FAILURES_ANYWHERE = 100  # for a name or account, where the person has not logged in before
WRONG = {"invalid_credentials", "invalid_code"}
CHALLENGE_SALT = "second factor"


@dataclass(frozen=True)
class Caller:
    """Where a log-in comes from."""

    address: str | None = None
    user_agent: str = ""


def check_credentials(*, identifier: str, password: str, caller: Caller) -> User:
    """The person with this user name or verified address and password, if they may log in.

    `second_factor_required` with a challenge if they have a second factor (accounts/actions/second_factor.py).
    `address_refused` from where administrators let nobody log in, whatever was typed. Unknown, wrong and suspended
    answer alike and take alike long. Too many failures are a 429, counted in the database so that they count without
    Redis.
    """
    name = identifier.strip().lower()[:256]
    check_network(what=Try(Attempt.LOG_IN, caller.address), tried=name)
    user = _known_as(name)
    with counted_as_failed(name, user, caller.address) as may_pass:
        if not _is_password_of(user, password) or not may_pass or user is None:
            raise Problem("invalid_credentials")
    if user.second_factors:
        challenge = signing.dumps([user.pk, user.token_version], salt=CHALLENGE_SALT)
        raise Problem("second_factor_required", challenge=challenge)
    return user


def _known_as(name: str) -> User | None:
    people = User.objects.get_queryset()
    return (people.with_address(name) if "@" in name else people.named(name)).first()


def _is_password_of(user: User | None, password: str) -> bool:
    if user is None:
        for form in candidates(password):
            make_password(form)  # as slow as checking it
        return False
    return user.check_password(password) and user.may_log_in and not is_public(password)


@contextmanager
def counted_as_failed(
    name: str, user: User | None, address: str | None, *, anywhere: int = MAX_FAILURES_ANYWHERE
) -> Iterator[bool]:
    """Counts an attempt before the password is checked, so that any number at once are no more than the limit.

    Gives whether it may succeed. `anywhere` is the limit for the name, but where the person has logged in before. The
    row stays if the block says that it is wrong, not if it is right or was never checked (`busy`).
    """
    (attempt, may_pass), is_wrong = _count_attempt(name, user, address, anywhere), False
    try:
        yield may_pass
    except Problem as problem:
        is_wrong = problem.get_codes() in WRONG
        raise
    finally:
        if not is_wrong:
            attempt.delete()


def _count_attempt(name: str, user: User | None, address: str | None, anywhere: int) -> tuple[FailedLogIn, bool]:
    """The row of one more failure, and whether the attempt may succeed. `throttled` if there are too many.

    Attempts from one address, and those at one account, take turns here.
    """
    account = user.pk if user else 0  # nobody's number, so that the work is the same
    with transaction.atomic():
        with connection.cursor() as cursor:
            for lock in (f"log-in from {address}", f"log-in as {account or name}"):
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
        _refuse_after_too_many_failures(name, account, address, anywhere)
        may_pass = not _too_many_at_account(account, address)
        return FailedLogIn.objects.create(identifier=name, user=user, address=address), may_pass


def _refuse_after_too_many_failures(name: str, account: int, address: str | None, anywhere: int) -> None:
    """By what was typed, which tells nothing of whose it is."""
    recent = FailedLogIn.objects.since(timezone.now() - FAILURES_WINDOW)
    if (
        recent.reaching(MAX_FAILURES_PER_NAME, address=address, identifier=name)
        or recent.reaching(MAX_FAILURES_PER_ADDRESS, address=address)
        or (recent.reaching(anywhere, identifier=name) and not _is_usual(account, address))
    ):
        raise Problem("throttled", "Too many failed log-ins", retry_after=int(FAILURES_WINDOW.total_seconds()))


def _too_many_at_account(account: int, address: str | None) -> bool:
    """Whether user name and e-mail address together have failed too often. Such an attempt is as one with a wrong
    password: a 429 for an address never typed before would tell whose it is."""
    recent = FailedLogIn.objects.since(timezone.now() - FAILURES_WINDOW)
    return recent.reaching(MAX_FAILURES_PER_NAME, user=account, address=address) or (
        recent.reaching(MAX_FAILURES_ANYWHERE, user=account) and not _is_usual(account, address)
    )


def _is_usual(account: int, address: str | None) -> bool:
    """Whether the person has logged in from there before: failures from elsewhere do not lock them out."""
    return Session.objects.filter(user=account, address=address).exists()


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
