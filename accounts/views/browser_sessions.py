"""Log-ins of browsers: a Django session, and a row among one's devices."""

from django.contrib.auth import login as begin_django_session
from django.http import HttpRequest
from rest_framework.request import Request

from accounts import actions
from accounts.models import Session, User
from api.throttles import address_of

CHALLENGE = "second_factor_challenge"  # in the session of whoever has given a right password, and is not logged in


def caller_of(request: Request | HttpRequest) -> actions.Caller:
    return actions.Caller(address_of(request) or None, request.headers.get("User-Agent", ""))


def begin_browser_session(request: HttpRequest, user: User) -> None:
    """Logs a browser in, by the actions that every log-in takes."""
    actions.log_in(user=user)
    begin_django_session(request, user)
    if request.session.session_key is None:
        request.session.save()
    key = str(request.session.session_key)
    session = actions.open_browser_session(user=user, caller=caller_of(request), key=key)
    request.session[actions.BROWSER_SESSION] = session.pk.hex


def end_browser_row(request: HttpRequest) -> None:
    """Ends the row of a browser that logs out."""
    own = Session.objects.of_browser(request.session.get(actions.BROWSER_SESSION))
    if own is not None:
        actions.end_session(session=own)
