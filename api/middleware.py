"""What happens around every request: an id for the logs, and JSON problems where Django would answer HTML."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from api.correlation import acceptable, correlated
from api.database_errors import log_failure
from api.problems import Problem, plain_problem
from api.throttles import rate_headers

Next = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Gives every request an id (the client's own, if it is a tame one) and every answer the same id back."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = acceptable(request.headers.get("X-Request-Id", ""))
        with correlated(request_id):
            response = self.get_response(request)
        response["X-Request-Id"] = request_id
        return response


class ContentSecurityPolicyMiddleware:
    """Lets HTML pages run and load nothing but what is ours, whatever somebody got into one."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            response.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        return response


class UnreadableRequestMiddleware:
    """Refuses what cannot be read as text, and bodies too large for their address, before anybody reads them."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return plain_problem("bad_request", "The address holds a NUL byte")
        if any("\0" in value for value in request.COOKIES.values()):
            return plain_problem("bad_request", "A cookie holds a NUL byte")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Files count too (Django leaves them without a limit), and a view can only refuse what was received."""
        if getattr(getattr(view, "cls", view), "limits_bodies_itself", False):
            return None
        length = request.META.get("CONTENT_LENGTH") or "0"
        too_large = length.isdigit() and int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        return plain_problem("too_large") if too_large else None


class ProblemResponseMiddleware:
    """Under `/v1/` nothing is cached by strangers, and a lost database is a 503 problem."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/v1/") and "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"
        for name, value in rate_headers(request).items():
            response[name] = value
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OperationalError | InterfaceError):
            log_failure(error)
            return plain_problem("database_unavailable", retry_after=5)
        if isinstance(error, Problem):  # of a view that is not DRF's
            return plain_problem(str(error.get_codes()), str(error.detail), error.retry_after)
        return None
