"""Pages for browsers: the front page and the catalogue of error codes."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from api.problems import CATALOGUE
from pystagram import demo_progress


def front_page(request: HttpRequest) -> HttpResponse:
    """Where to go from here, and how far the demo world is loaded while it is."""
    loading = None if settings.PRODUCTION else demo_progress.current()
    return render(request, "front.html", {"version": settings.VERSION, "loading": loading})


def favicon(request: HttpRequest) -> HttpResponse:
    """The icon that browsers request by themselves."""
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        '<rect width="32" height="32" rx="8" fill="#c13584"/>'
        '<circle cx="16" cy="16" r="7" fill="none" stroke="#fff" stroke-width="3"/></svg>'
    )
    return HttpResponse(drawing, content_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})


def errors_page(request: HttpRequest) -> HttpResponse:
    """The catalogue of error codes that `type` in every problem points to."""
    rows = [(code, status, title) for code, (status, title) in CATALOGUE.items()]
    return render(request, "errors.html", {"rows": rows})
