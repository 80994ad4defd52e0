"""What people do with their accounts. Each function is one transaction and tells its whole story."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session as BrowserSession
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import FailedLogIn, Session, User
from accounts.passwords import candidates, is_public
from accounts.tokens import Pair, pair_for, session_of_refresh
from api.ids import EPOCH
from api.problems import Invalid, Problem
from events.actions import record
from media.actions import attach, release
from media.models import Media

REPLY_LOST_GRACE = timedelta(seconds=10)
FAILURES_WINDOW = timedelta(minutes=15)
FAILURES_KEPT_FOR = timedelta(days=30)
SESSIONS_KEPT_FOR = timedelta(days=30)  # after they ended, for the list of one's devices
MAX_FAILURES_PER_NAME = 10
MAX_FAILURES_PER_ADDRESS = 100


@dataclass(frozen=True)
class Caller:
    """Where a log-in comes from."""

    address: str | None = None
    user_agent: str = ""


def register(*, username: str, name: str, email: str, password: str, birth_date: date) -> User:
    """Makes an account. Two at once for one name: one wins, the other gets a 400."""
    user = User(username=username.lower(), name=name, email=email.lower(), birth_date=birth_date)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
            record("user_registered", user_id=user.pk)
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        field = "email" if "email" in constraint else "username"
        raise Invalid(field, "unique", f"This {field} is taken.") from None
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
    field = "email" if "@" in name else "username"
    user = User.objects.get_queryset().filter(**{field: name}).first()
    if user is None:
        for form in candidates(password):
            make_password(form)  # as slow as checking it
        return None
    return user if user.check_password(password) and user.is_active and not is_public(password) else None


def forget_failed_log_ins() -> int:
    """Removes failures of a month ago; says how many."""
    count, _ = FailedLogIn.objects.filter(failed_at__lt=timezone.now() - FAILURES_KEPT_FOR).delete()
    return count


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


def open_session(*, user: User, caller: Caller) -> Pair:
    """A session of its own for each log-in, and its first tokens."""
    session = Session.objects.create(
        user=user,
        token_version=user.token_version,
        refresh_jti=uuid.uuid4().hex,
        user_agent=caller.user_agent[:256],
        address=caller.address,
    )
    return pair_for(session)


def refresh_session(*, token: str) -> Pair:
    """New tokens for a refresh token, which is then spent.

    A spent token within ten seconds is a client whose reply was lost: it gets the same successor. A spent token after
    that has been stolen by or from somebody: the whole session ends.
    """
    session_id, jti = session_of_refresh(token)
    with transaction.atomic():
        session = Session.objects.live().select_for_update(of=("self",)).filter(pk=session_id).first()
        if session is None:
            raise Problem("invalid_token")
        now = timezone.now()
        if jti == session.refresh_jti:
            session.previous_jti, session.refresh_jti = jti, uuid.uuid4().hex
            session.rotated_at = session.last_used_at = now
            session.save(update_fields=["previous_jti", "refresh_jti", "rotated_at", "last_used_at"])
            return pair_for(session)
        if jti == session.previous_jti and session.rotated_at and now - session.rotated_at < REPLY_LOST_GRACE:
            return pair_for(session)
        session.revoked_at = now
        session.save(update_fields=["revoked_at"])
    raise Problem("invalid_token", "This refresh token was used before; its session has been ended")


def end_session(*, session: Session) -> None:
    """Logs one device out; its tokens are dead by the next request."""
    Session.objects.filter(pk=session.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())


def end_all_sessions(*, user: User) -> None:
    """Logs out everywhere, browsers too."""
    User.objects.get_queryset().filter(pk=user.pk).update(token_version=F("token_version") + 1)


def change_password(*, user: User, old: str, new: str) -> None:
    """A new password ends every session, also those begun while this one was checked."""
    if not user.check_password(old):
        raise Invalid("old_password", "wrong", "This is not your password.")
    user.set_password(new)
    user.token_version = F("token_version") + 1
    user.save(update_fields=["password", "token_version"])
    user.refresh_from_db(fields=["token_version"])


def update_profile(*, user: User, **changes: Any) -> User:
    """Changes what the person may change themselves."""
    with transaction.atomic():
        locked = User.objects.get_queryset().select_for_update(no_key=True, of=("self",)).get(pk=user.pk)
        opens = locked.is_private and changes.get("is_private") is False
        renames = changes.get("name", locked.name) != locked.name
        for field, value in changes.items():
            setattr(locked, field, value)
        if changes:
            locked.save(update_fields=list(changes))
        if opens:
            record("account_opened", user_id=locked.pk)
        if renames:
            record("profile_changed", user_id=locked.pk)
    return locked


def set_avatar(*, user: User, media_id: int | None) -> User:
    """Shows one of the person's photos as their avatar, or none.

    Raises `Invalid` for what is no photo of theirs, and `Problem("media_processing")` for one that is not ready.
    """
    with transaction.atomic():
        locked = User.objects.get_queryset().select_for_update(no_key=True, of=("self",)).get(pk=user.pk)
        before = locked.avatar_id
        if before == media_id:
            return locked
        locked.avatar = _attached_photo(user, media_id) if media_id is not None else None
        locked.save(update_fields=["avatar"])
        if before is not None:
            release(media_ids=[before])
    return locked


def _attached_photo(user: User, media_id: int) -> Media:
    media = attach(owner=user, media_ids=[media_id])[0]
    if media.kind != Media.Kind.PHOTO:
        raise Invalid("media", "not_a_photo", "An avatar is a photo")
    if media.state != Media.State.READY:
        raise Problem("media_processing")
    return media


def adjust_posts_count(*, user_id: int, by: int) -> None:
    """Called down from posts, in the transaction that publishes or removes one."""
    User.objects.get_queryset().filter(pk=user_id).update(posts_count=Greatest(F("posts_count") + by, 0))


@transaction.atomic
def prune_sessions(*, batch: int = 10_000) -> int:
    """Removes log-ins that ended 30 days ago or whose refresh token has expired, and browser sessions that expired.

    They hold addresses and devices, so they are not kept longer than they are of use. Says how many rows; at most
    `batch` of each kind a call.
    """
    now = timezone.now()
    ended = Q(revoked_at__lt=now - SESSIONS_KEPT_FOR)
    expired = Q(last_used_at__lt=now - settings.SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"] - SESSIONS_KEPT_FOR)
    old = Session.objects.filter(ended | expired).order_by("pk").values("pk")[:batch]
    count, _ = Session.objects.filter(pk__in=old).delete()
    browsers = BrowserSession.objects.filter(expire_date__lt=now).values("pk")[:batch]
    of_browsers, _ = BrowserSession.objects.filter(pk__in=browsers).delete()
    return count + of_browsers
