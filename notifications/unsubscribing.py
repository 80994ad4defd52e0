"""The page that ends mail digests. Opening it changes nothing: mail scanners open links, too."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications import actions
from notifications.digests import person_in


@csrf_exempt  # mail services send the POST (RFC 8058); who has the link may end the digests, and nothing else
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """A button that ends somebody's digests; a POST ends them, without a log-in."""
    person_id = person_in(token)
    if person_id is None:
        return _page(request, 404, useless=True)
    if request.method == "POST":
        actions.unsubscribe(person_id=person_id)
        return _page(request, 200, done=True)
    return _page(request, 200)


def _page(request: HttpRequest, status: int, **shown: Any) -> HttpResponse:
    response = render(request, "notifications/unsubscribe.html", shown, status=status)
    response["Referrer-Policy"] = "no-referrer"  # the address holds the token
    response["Cache-Control"] = "no-store"
    return response
