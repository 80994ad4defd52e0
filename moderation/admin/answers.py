"""What a moderator's write is answered with: a page and a message, or JSON for the script of the queue."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from rest_framework.exceptions import APIException

from accounts.models import User
from moderation.models import Decision
from moderation.roles import may_moderate


def moderator_of(request: HttpRequest) -> User:
    """Who asks; 403 without a moderator's role. (The actions ask again.)"""
    person: Any = request.user
    if not may_moderate(person):
        raise PermissionDenied
    return cast(User, person)


def answer(request: HttpRequest, write: Callable[[], Any], done: str | Callable[[], str], back: str) -> HttpResponse:
    """Does the write; says `done` (made afterwards, if it is a function), or why it was refused. Leads to
    the form's `next` within this site, or to `back`."""
    try:
        made = write()
    except APIException as refused:
        return _said(request, words_of(refused), back, status=refused.status_code)
    number = str(made.pk) if isinstance(made, Decision) else None
    return _said(request, done if isinstance(done, str) else done(), back, decision=number)


def _said(
    request: HttpRequest, detail: str, back: str, *, status: int = 200, decision: str | None = None
) -> HttpResponse:
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"detail": detail, "decision": decision}, status=status)
    (messages.success if status == 200 else messages.error)(request, detail)
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(target if safe else back)


def words_of(refused: APIException) -> str:
    """The sentences of a problem."""
    detail: Any = refused.detail
    several = detail.values() if isinstance(detail, dict) else [detail]
    return " ".join(str(one) for each in several for one in (each if isinstance(each, list) else [each]))
