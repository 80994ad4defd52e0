"""Who is calling: the access token, checked against its session on every request, in one query."""

import time
import uuid

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import QuerySet
from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import PermissionDenied
from rest_framework.fields import DateTimeField
from rest_framework.request import Request

from accounts import actions
from accounts.models import Session, User
from accounts.tokens import session_of_access
from api.compiled import Parameters, compiled_quick
from api.problems import Problem
from api.wsgi.signed_in import note_signed_in

SCHEME = "Bearer"
DEFINITION = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "The `access` that registering, logging in and refreshing answer with. It lives for an hour.",
}
USED_AT, NOTE_EVERY_SECONDS = "used_at", 3600


def _token_in(request: Request) -> str | None:
    words = get_authorization_header(request).split()
    if not words or words[0].lower() != SCHEME.lower().encode():
        return None
    if len(words) != 2:
        raise Problem("invalid_token", "Authorization must read: Bearer <access token>")
    try:
        return words[1].decode("ascii")
    except UnicodeDecodeError:
        raise Problem("invalid_token") from None


@compiled_quick
def _live_session(given: Parameters) -> QuerySet[Session]:
    """The session of this id with its person, unless it was ended: asked at every request."""
    return Session.objects.live().select_related("user").filter(pk=given.of("pk", Session._meta.pk))


def prepare() -> None:
    """Compiles the look at a session, before anybody waits for it."""
    _live_session()


def warm_up() -> None:
    """Looks for a session that nobody has, on this thread's connection."""
    _live_session().rows(pk=uuid.UUID(int=0))


def _of_somebody_returning(request: Request, pk: uuid.UUID) -> list[Session]:
    """The log-in of somebody who is away, where the view brings back from that; elsewhere a problem that says so."""
    found = list(Session.objects.returning().select_related("user").filter(pk=pk))
    for person in [session.user for session in found]:
        if person.away and person.away not in getattr(request.parser_context.get("view"), "brings_back", ()):
            raise _away(person)
    return found


def _away(person: User) -> Problem:
    if person.purge_at is None:
        return Problem("deactivated")
    return Problem("deletion_pending", purge_at=DateTimeField().to_representation(person.purge_at))


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access>`. A session that was ended, or whose person may not log in, is a 401."""

    def authenticate(self, request: Request) -> tuple[User, Session] | None:
        token = _token_in(request)
        if token is None:
            return None
        pk = session_of_access(token)
        found = _live_session().instances(pk=pk) or _of_somebody_returning(request, pk)
        if not found:
            raise Problem("invalid_token")
        note_signed_in(request.META, found[0].user_id)
        return found[0].user, found[0]

    def authenticate_header(self, request: Request) -> str:
        return f'{SCHEME} realm="pystagram"'


class BrowserAuthentication(SessionAuthentication):
    """Django's session, for the browsable API. What lacks its CSRF token is a 403 `csrf_failed`."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        found = super().authenticate(request)
        if found is not None:
            note_signed_in(request.META, found[0].pk)
            _note_use(request._request.session)
        return found

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            raise Problem("csrf_failed", str(error.detail)) from None


def _note_use(session: SessionBase) -> None:
    """Once an hour, as a client's refresh does."""
    now, row = int(time.time()), session.get(actions.BROWSER_SESSION)
    if row and now - session.get(USED_AT, 0) > NOTE_EVERY_SECONDS:
        session[USED_AT] = now
        actions.note_use(session_id=row)


class BrowserScheme(SessionScheme):  # type: ignore[no-untyped-call]  # the library registers subclasses untyped
    """The schema says of it what it says of DRF's own."""

    target_class = "accounts.authentication.BrowserAuthentication"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # as above
    """How the schema describes it."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return DEFINITION
