"""What happens around every request: an id for the logs, and JSON problems where Django would answer HTML."""

import logging
import re
import uuid
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from api.problems import plain_problem
from api.throttles import rate_headers

logger = logging.getLogger(__name__)
Next = Callable[[HttpRequest], HttpResponse]
_ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class RequestId:
    """Gives every request an id (the client's own, if it is a tame one) and every answer the same id back."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        request.id = given if _ACCEPTABLE_ID.fullmatch(given) else uuid.uuid4().hex  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        return response


class ProblemsForApi:
    """Under `/v1/` nothing is cached by strangers, NUL bytes are refused, and a lost database is a 503 problem."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return plain_problem("bad_request", "The address holds a NUL byte")
        response = self.get_response(request)
        if request.path.startswith("/v1/") and "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"
        for name, value in rate_headers(request).items():
            response[name] = value
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OperationalError | InterfaceError):
            logger.error("database unavailable: %s", error)
            response = plain_problem("database_unavailable")
            response["Retry-After"] = "5"
            return response
        return None
