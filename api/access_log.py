"""Every request leaves one line in the log and a mark in the metrics."""

import logging
import time
from collections.abc import Callable

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import escape_uri_path

from api.metrics import REQUEST_SECONDS, REQUESTS
from api.path_tokens import without_tokens
from api.throttles import address_of

logger = logging.getLogger("pystagram.access")
MAX_PATH_LENGTH = 200  # characters of a line
QUIET = {"healthz", "readyz", "metrics"}
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class AccessLogMiddleware:
    """Never logs a query (it holds a media token), a token in the path, a header or a body."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        _note(request, response, time.perf_counter() - started)
        return response


def _note(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    match = request.resolver_match
    route = (match.route or "/") if match else "none"  # never the path: a stranger could fill the memory with those
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(method, route, response.status_code).inc()
    REQUEST_SECONDS.labels(route).observe(seconds)
    if match and match.url_name in QUIET and response.status_code < 400:
        return
    path = _path_of(request)
    logger.info(
        "%s %s %s",
        method,
        path,
        response.status_code,
        extra={
            "method": method,
            "path": path,
            "route": route,
            "status": response.status_code,
            "milliseconds": round(seconds * 1000, 1),
            "user_id": _known_user(request),
            "address": address_of(request),
        },
    )


def _known_user(request: HttpRequest) -> int | None:
    """Who was found to have asked; nobody is looked for only because of the log."""
    user = getattr(request, "user", None)
    known = getattr(user, "_wrapped", user)
    return known.pk if isinstance(known, AbstractBaseUser) else None


def _path_of(request: HttpRequest) -> str:
    """As it came, percent-encoded: a line break would begin a line of the visitor's own making."""
    return escape_uri_path(without_tokens(request.path))[:MAX_PATH_LENGTH]
