"""The page that asks a browser for the second factor, of `/login` and of the admin alike."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts import actions
from accounts.views.browser_sessions import CHALLENGE, caller_of, enter, target_of
from api.problems import Problem

SAID_HERE = {"invalid_code": "This is not the code of now.", "invalid_token": ""}


def second_step_page(request: HttpRequest) -> HttpResponse:
    """Takes a code of the app or a recovery code of whoever gave their password a moment ago."""
    challenge, target = request.session.get(CHALLENGE, ""), target_of(request)
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
            return enter(request, user, target, strong=True)
    try:
        actions.challenged_person(challenge=challenge)
    except Problem:  # long ago, or never: the password first
        return redirect(settings.LOGIN_URL)
    return render(request, "accounts/second_step.html", {"error": error, "next": target})
