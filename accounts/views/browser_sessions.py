"""Log-ins of browsers: a Django session, and a row among one's devices."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login as begin_django_session
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from rest_framework.request import Request

from accounts import actions
from accounts.models import Session, User
from api.throttles import address_of

RETURNING = "returning"  # in the session of whoever is away and has logged in
RETURNING_SECONDS = 300
STRONG = "second_factor"  # in the session: whether it began with a second factor
CHALLENGE = "second_factor_challenge"  # in the session of whoever has given a right password, and is not logged in


def caller_of(request: Request | HttpRequest) -> actions.Caller:
    return actions.Caller(address_of(request) or None, request.headers.get("User-Agent", ""))


def begin_browser_session(request: HttpRequest, user: User, *, strong: bool = False) -> None:
    """Logs a browser in, by the actions that every log-in takes. `strong`: with a second factor."""
    actions.log_in(user=user)
    begin_django_session(request, user)
    if request.session.session_key is None:
        request.session.save()
    key = str(request.session.session_key)
    session = actions.open_browser_session(user=user, caller=caller_of(request), key=key)
    request.session[actions.BROWSER_SESSION] = session.pk.hex
    request.session[STRONG] = strong


def enter(request: HttpRequest, user: User, target: str, *, strong: bool = False) -> HttpResponse:
    """Logs a browser in and leads on; whoever is deactivated or to be deleted is asked first whether they come back."""
    if user.away is None:
        begin_browser_session(request, user, strong=strong)
        return HttpResponseRedirect(target)
    request.session[STRONG] = strong
    request.session[RETURNING] = signing.dumps([user.pk, user.token_version], salt=RETURNING)
    return HttpResponseRedirect(f"{reverse('reactivate-page')}?{urlencode({'next': target})}")


def target_of(request: HttpRequest) -> str:
    """Where a log-in leads: `next`, if it is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe and wanted.isprintable() else settings.LOGIN_REDIRECT_URL


def end_browser_row(request: HttpRequest) -> None:
    """Ends the row of a browser that logs out."""
    own = Session.objects.of_browser(request.session.get(actions.BROWSER_SESSION))
    if own is not None:
        actions.end_session(session=own)
