"""Log-ins of devices: begun, refreshed, ended."""

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session as BrowserSession
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.actions.logging_in import Caller
from accounts.models import Session, User
from accounts.tokens import Pair, pair_for, session_of_refresh
from api.problems import Problem

REPLY_LOST_GRACE = timedelta(seconds=10)
BROWSER_SESSION = "session_id"  # where a browser's Django session keeps the id of its row
SESSIONS_KEPT_FOR = timedelta(days=30)  # after they ended, for the list of one's devices


def open_session(*, user: User, caller: Caller) -> Pair:
    """A session of its own for each log-in, and its first tokens."""
    return pair_for(_begin(user, caller))


def open_browser_session(*, user: User, caller: Caller, key: str) -> Session:
    """The same for a browser, whose Django session has this key. No token belongs to it."""
    return _begin(user, caller, browser_key=key)


def _begin(user: User, caller: Caller, **fields: Any) -> Session:
    return Session.objects.create(
        user=user,
        token_version=user.token_version,
        refresh_jti=uuid.uuid4().hex,
        user_agent=caller.user_agent[:256],
        address=caller.address,
        **fields,
    )


def note_use(*, session_id: str) -> None:
    """That a browser is still in use; called now and then, not by every request."""
    Session.objects.filter(pk=session_id).update(last_used_at=timezone.now())


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


@transaction.atomic
def end_session(*, session: Session) -> None:
    """Logs one device or browser out; its tokens and cookie are dead by the next request."""
    if session.browser_key:
        BrowserSession.objects.filter(session_key=session.browser_key).delete()
    Session.objects.filter(pk=session.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())


def end_all_sessions(*, user: User) -> None:
    """Logs out everywhere, browsers too."""
    User.objects.get_queryset().filter(pk=user.pk).update(token_version=F("token_version") + 1)


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
