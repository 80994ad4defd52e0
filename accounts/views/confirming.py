"""The page that links in mails lead to. Opening it changes nothing: mail scanners open links, too."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from rest_framework.exceptions import ValidationError

from accounts import actions
from accounts.models import Mail

WORDS: dict[str, tuple[str, str]] = {  # what the button does, what is so afterwards
    Mail.Kind.VERIFY_ADDRESS: ("Confirm this address", "This address is confirmed."),
    Mail.Kind.ACCOUNT_APPROVED: ("Confirm this address", "This address is confirmed. You can log in."),
    Mail.Kind.CHANGE_ADDRESS: ("Confirm this address", "This is the address of your account now."),
    Mail.Kind.ADDRESS_CHANGED: ("Undo the change", "This is the address of your account again. Log in anew."),
    Mail.Kind.RESET_PASSWORD: ("Choose this password", "Your password is changed. Log in with it."),
}


def confirm_page(request: HttpRequest, token: str) -> HttpResponse:
    """What a mail's token is for, with a button that does it."""
    mail = actions.mail_with_token(token=token)
    if mail is None or mail.kind not in WORDS:
        return _page(request, 404, useless=True)
    button, done = WORDS[mail.kind]
    shown = {"button": button, "mail": mail, "asks_password": mail.kind == Mail.Kind.RESET_PASSWORD}
    if request.method != "POST":
        return _page(request, 200, **shown)
    try:
        _do(mail.kind, token, request.POST.get("new_password", ""))
    except actions.Useless:
        return _page(request, 404, useless=True)
    except ValidationError as error:
        return _page(request, 400, errors=_sentences(error), **shown)
    return _page(request, 200, done=done)


def _do(kind: str, token: str, password: str) -> None:
    if kind == Mail.Kind.RESET_PASSWORD:
        actions.reset_password(token=token, password=password)
    elif kind == Mail.Kind.ADDRESS_CHANGED:
        actions.undo_address(token=token)
    else:
        actions.verify_address(token=token)


def _sentences(error: ValidationError) -> list[str]:
    detail: Any = error.detail
    return [str(sentence) for sentences in detail.values() for sentence in sentences]


def _page(request: HttpRequest, status: int, **shown: Any) -> HttpResponse:
    response = render(request, "accounts/confirm.html", shown, status=status)
    response["Referrer-Policy"] = "no-referrer"  # the address holds the token
    response["Cache-Control"] = "no-store"
    return response
