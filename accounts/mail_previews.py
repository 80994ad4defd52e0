"""Every mail as its reader sees it, for developers: `/dev/mails`, not in production. Nothing is sent."""

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from accounts.letters import SUBJECTS, Letter, letter
from accounts.models import Mail, User

EXAMPLE = "alice@example.com"


LETTERS: dict[str, Callable[[], Letter]] = {}  # of apps above: what makes an example of each kind


def _letter(kind: str) -> Letter:
    if kind in LETTERS:
        return LETTERS[kind]()
    if kind not in SUBJECTS:
        raise Http404
    person = User(username="alice", email=EXAMPLE, deleted_at=timezone.now())
    return letter(Mail(pk=UUID(int=0), kind=kind, address=EXAMPLE, user=person, note="We know nobody of this name."))


def index(request: HttpRequest) -> HttpResponse:
    others = {kind: make().subject for kind, make in LETTERS.items()}
    return render(request, "accounts/mail_previews.html", {"subjects": {**SUBJECTS, **others}})


def html(request: HttpRequest, kind: str) -> HttpResponse:
    return HttpResponse(_letter(kind).html)


def text(request: HttpRequest, kind: str) -> HttpResponse:
    return HttpResponse(_letter(kind).text, content_type="text/plain; charset=utf-8")


urlpatterns = [
    path("dev/mails", index, name="mail-previews"),
    path("dev/mails/<slug:kind>.html", html, name="mail-preview-html"),
    path("dev/mails/<slug:kind>.txt", text, name="mail-preview-text"),
]
