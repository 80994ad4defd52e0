"""The page that mails about suspensions lead to. Opening it changes nothing: mail scanners open links, too."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from api.problems import Problem
from moderation import actions
from moderation.appeal_tokens import decision_in
from moderation.limits import MAX_APPEAL_LENGTH
from moderation.models import Decision
from moderation.serializers import AppealInput


def appeal_page(request: HttpRequest, token: str) -> HttpResponse:
    """What was decided, with a form for what its owner has to say."""
    decision = Decision.objects.for_display().numbered(decision_in(token))
    if decision is None:
        return _page(request, 404, useless=True)
    if request.method != "POST":
        return _page(request, 200, decision=decision)
    body = AppealInput(data={"text": request.POST.get("text", "")})
    if not body.is_valid():
        errors = [str(error) for error in body.errors["text"]]
        return _page(request, 400, decision=decision, errors=errors)
    try:
        made = actions.appeal_by_token(token=token, text=body.validated_data["text"])
    except Problem:
        return _page(request, 409, decision=decision)
    return _page(request, 200, decision=made, done=True)


def _page(request: HttpRequest, status: int, **shown: Any) -> HttpResponse:
    context = {**shown, "max_length": MAX_APPEAL_LENGTH}
    response = render(request, "moderation/appeal.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"  # the address holds the token
    response["Cache-Control"] = "no-store"
    return response
