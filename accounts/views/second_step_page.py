"""The page that asks a browser for the second factor, of `/login` and of the admin alike."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import actions
from accounts.views.browser_sessions import CHALLENGE, begin_browser_session, caller_of
from api.problems import Problem

SAID_HERE = {"invalid_code": "This is not the code of now.", "invalid_token": ""}


def second_step_page(request: HttpRequest) -> HttpResponse:
    """Takes a code of the app or a recovery code of whoever gave their password a moment ago."""
    challenge, target = request.session.get(CHALLENGE, ""), _target(request)
    error = ""
    if request.method == "POST":
        try:
            code = request.POST.get("code", "")[:64]
            user = actions.pass_second_factor(challenge=challenge, code=code, caller=caller_of(request))
        except Problem as problem:
            if problem.get_codes() not in SAID_HERE:
                raise
            error = SAID_HERE[str(problem.get_codes())]
        else:
            begin_browser_session(request, user)
            return HttpResponseRedirect(target)
    try:
        actions.challenged_person(challenge=challenge)
    except Problem:  # long ago, or never: the password first
        return redirect(settings.LOGIN_URL)
    return render(request, "accounts/second_step.html", {"error": error, "next": target})


def _target(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe and wanted.isprintable() else settings.LOGIN_REDIRECT_URL
