"""Passkeys in a browser: logging in with one, and the page where one's own are added and removed."""

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from rest_framework.exceptions import ValidationError
from webauthn import options_to_json
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from accounts import actions
from accounts.models import Passkey, User
from accounts.views.browser_sessions import caller_of, enter, target_of
from api.problems import Problem, plain_problem

ADDING, LOGGING_IN = "passkey_to_add", "passkey_to_log_in"  # in the session: challenges, each used once


@require_POST
def log_in_options(request: HttpRequest) -> HttpResponse:
    """A challenge to sign."""
    return _options(request, LOGGING_IN, actions.request_options())


@require_POST
def log_in_with_passkey(request: HttpRequest) -> HttpResponse:
    """Logs a browser in with a signed challenge; says where to go on."""
    try:
        given, challenge = _credential(request), _challenge(request, LOGGING_IN)
        user = actions.check_passkey(credential=given, challenge=challenge, caller=caller_of(request))
    except Problem as problem:
        return plain_problem(str(problem.get_codes()), str(problem.detail))
    return JsonResponse({"next": enter(request, user, target_of(request), strong=True)["Location"]})


@login_required
def security_page(request: HttpRequest) -> HttpResponse:
    """One's passkeys, and what else guards the account."""
    user = _me(request)
    shown = {"passkeys": Passkey.objects.owned_by(user).order_by("created_at"), "methods": user.second_factors}
    return render(request, "accounts/security.html", {**shown, "is_ip": actions.site().replace(".", "").isdigit()})


@require_POST
@login_required
def add_options(request: HttpRequest) -> HttpResponse:
    """A challenge for a new passkey, for who knows the password."""
    try:
        options = actions.creation_options(user=_me(request), password=request.POST.get("password", ""))
    except ValidationError:
        return plain_problem("invalid", "This is not your password.")
    except Problem as problem:
        return plain_problem(str(problem.get_codes()), str(problem.detail))
    return _options(request, ADDING, options)


@require_POST
@login_required
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Keeps a new passkey."""
    agent = request.headers.get("User-Agent", "")
    try:
        given, challenge = _credential(request), _challenge(request, ADDING)
        actions.add_passkey(user=_me(request), credential=given, challenge=challenge, user_agent=agent)
    except (ValidationError, Problem):
        return plain_problem("invalid", "This is no passkey for this site.")
    return JsonResponse({"next": request.path.removesuffix("/passkeys")})


@require_POST
@login_required
def remove_passkey(request: HttpRequest, pk: int) -> HttpResponse:
    """Removes one of one's passkeys."""
    actions.remove_passkey(passkey=get_object_or_404(Passkey.objects.owned_by(_me(request)), pk=pk))
    return redirect("security-page")


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _options(request: HttpRequest, purpose: str, options: Any) -> HttpResponse:
    request.session[purpose] = bytes_to_base64url(options.challenge)
    return HttpResponse(options_to_json(options), content_type="application/json")


def _challenge(request: HttpRequest, purpose: str) -> bytes:
    """The challenge that was given out for this, once. `invalid_credentials` if there is none."""
    given = request.session.pop(purpose, "")
    if not given:
        raise Problem("invalid_credentials")
    return base64url_to_bytes(given)


def _credential(request: HttpRequest) -> dict[str, Any]:
    try:
        credential = json.loads(request.POST.get("credential", ""))
    except ValueError:
        credential = None
    if not isinstance(credential, dict):
        raise Problem("invalid_credentials")
    return credential
