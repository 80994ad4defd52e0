"""Errors as RFC 9457 `application/problem+json`, each with a code from one catalogue.

Raise a `Problem` (or one of DRF's own exceptions); `exception_handler` turns whatever was raised into the same shape.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
)
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from api.database_errors import log_failure

CONTENT_TYPE = "application/problem+json"

# The catalogue: code -> (status, title). docs/errors.md is made from it.
CATALOGUE: dict[str, tuple[int, str]] = {
    "invalid": (400, "The request is not valid"),
    "unknown_name": (400, "The request names something that is not known here"),
    "repeated_name": (400, "The request gives a name more than once"),
    "parse_error": (400, "The body could not be read"),
    "invalid_cursor": (400, "The cursor is not valid here"),
    "invalid_query": (400, "The search could not be understood"),
    "bad_request": (400, "The request could not be understood"),
    "empty_file": (400, "The file is empty"),
    "damaged_file": (400, "The file is damaged"),
    "too_many_pixels": (400, "The picture has too many pixels"),
    "too_long": (400, "The video is too long"),
    "not_authenticated": (401, "Log-in is needed"),
    "invalid_token": (401, "The token is not valid"),
    "invalid_credentials": (401, "No account with these credentials"),
    "invalid_code": (401, "This is not the code"),
    "permission_denied": (403, "This is not yours to do"),
    "registration_closed": (403, "Nobody can register here now"),
    "address_refused": (403, "This is not possible from where you are"),
    "second_factor_required": (403, "A second factor is needed"),
    "deactivated": (403, "The account is deactivated"),
    "deletion_pending": (403, "The account is to be deleted"),
    "csrf_failed": (403, "The form's CSRF token is missing or wrong"),
    "comments_off": (403, "Comments are turned off"),
    "comments_limited": (403, "Its author lets only some people comment"),
    "not_found": (404, "There is nothing here for you"),
    "method_not_allowed": (405, "This address does not take that method"),
    "not_acceptable": (406, "None of the accepted formats can be served"),
    "too_slow": (408, "The body came too slowly"),
    "conflict": (409, "The state does not allow it"),
    "in_flight": (409, "The first request with this key is still under way"),
    "too_late": (409, "The time to do this is over"),
    "not_uploaded": (409, "Nothing has been uploaded yet"),
    "upload_differs": (409, "What arrived is not what was announced"),
    "wrong_offset": (409, "These bytes belong to another place"),
    "media_in_use": (409, "The media is attached"),
    "media_processing": (409, "The media is still being processed"),
    "quota_exceeded": (409, "There is no room left for this in your quota"),
    "follow_cap": (409, "The most people one may follow is reached"),
    "username_cap": (409, "The user name was changed too often"),
    "tag_cap": (409, "The most tags one may follow is reached"),
    "comment_pin_cap": (409, "The most comments one may pin are pinned"),
    "draft_cap": (409, "The most drafts one may keep are made"),
    "collection_cap": (409, "The most collections one may have are made"),
    "story_cap": (409, "The most stories in 24 hours are posted"),
    "highlight_cap": (409, "The most highlights one may have are made"),
    "own_content": (409, "This is your own"),
    "not_appealable": (409, "This decision cannot be appealed"),
    "gone": (410, "It is gone"),
    "length_required": (411, "The length of the body must be declared"),
    "unsupported_version": (412, "This version of the protocol is not spoken"),
    "too_large": (413, "The body is too large"),
    "unsupported_media_type": (415, "This content type is not taken"),
    "unsupported_format": (415, "This kind of file is not taken"),
    "encrypted_file": (415, "The file is encrypted"),
    "no_video": (415, "The file holds nothing to be shown"),
    "key_reused": (422, "This idempotency key was used with another body"),
    "image_refused": (422, "This picture is not taken here"),
    "throttled": (429, "Too many requests"),
    "too_many_processing": (429, "Too many of your files are still being processed"),
    "server_error": (500, "Something went wrong on our side"),
    "database_unavailable": (503, "The database cannot be reached"),
    "storage_unavailable": (503, "The media storage cannot be reached"),
    "query_too_expensive": (503, "The search took too long"),
    "busy": (503, "Too busy for this just now"),
}


class Problem(exceptions.APIException):
    """An error with a code of the catalogue. `retry_after` is in seconds; `extra` joins the body."""

    def __init__(self, code: str, detail: str = "", *, retry_after: int | None = None, **extra: Any) -> None:
        self.status_code, self.title = CATALOGUE[code]
        super().__init__(detail or self.title, code)
        self.retry_after = retry_after
        self.extra = extra


class Invalid(exceptions.ValidationError):
    """A field of the body (or a parameter) is wrong: `Invalid("caption", "max_length", "…")`."""

    def __init__(self, field: str, code: str, detail: str) -> None:
        super().__init__({field: [exceptions.ErrorDetail(detail, code)]})


class ProblemResponse(Response):
    """A `Response` whose JSON form is `application/problem+json`; the browsable API shows it as HTML."""

    @property
    def rendered_content(self) -> Any:
        if getattr(self, "accepted_renderer", None) is not None and self.accepted_renderer.format == "json":
            self.content_type = CONTENT_TYPE
        return super().rendered_content


def body_of(code: str, detail: str, **extra: Any) -> dict[str, Any]:
    """The members every problem has."""
    status, title = CATALOGUE[code]
    address = f"{settings.PYSTAGRAM_URL}/docs/errors#{code}"
    return {
        "type": address,
        "title": title,
        "status": status,
        "detail": detail or title,
        "code": code,
        **extra,
    }


def _pointer_errors(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """DRF's nested errors, flattened to JSON pointers."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            own = path if key == "non_field_errors" else f"{path}/{key}"
            yield from _pointer_errors(value, own)
    elif isinstance(detail, list):
        for index, value in enumerate(detail):
            nested = isinstance(value, dict | list)
            yield from _pointer_errors(value, f"{path}/{index}" if nested else path)
    else:
        yield {"pointer": path, "code": getattr(detail, "code", "invalid"), "detail": str(detail)}


def _validation_problem(error: exceptions.ValidationError) -> ProblemResponse:
    errors = list(_pointer_errors(error.detail))
    first = errors[0]["detail"] if errors else ""
    return ProblemResponse(body_of("invalid", first, errors=errors), status=400)


_DRF_CODES: dict[type[exceptions.APIException], str] = {
    exceptions.ParseError: "parse_error",
    exceptions.AuthenticationFailed: "invalid_token",
    exceptions.NotAuthenticated: "not_authenticated",
    exceptions.PermissionDenied: "permission_denied",
    exceptions.NotFound: "not_found",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.NotAcceptable: "not_acceptable",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    exceptions.Throttled: "throttled",
}


def _code_of(error: exceptions.APIException) -> str:
    return next((code for kind, code in _DRF_CODES.items() if isinstance(error, kind)), "server_error")


def _api_problem(error: exceptions.APIException) -> ProblemResponse:
    if isinstance(error, Problem):
        code, extra = str(error.get_codes()), error.extra
        wait = error.retry_after
    else:
        code, extra = _code_of(error), {}
        wait = getattr(error, "wait", None)
    detail = "" if code == "not_found" else str(error.detail)  # hidden and absent answer alike
    response = ProblemResponse(body_of(code, detail, **extra), status=CATALOGUE[code][0])
    if wait is not None:
        response["Retry-After"] = str(max(1, int(wait)))
    if response.status_code == 401:
        response["WWW-Authenticate"] = 'Bearer realm="pystagram"'
    return response


def _unavailable() -> ProblemResponse:
    response = ProblemResponse(body_of("database_unavailable", ""), status=503)
    response["Retry-After"] = "5"
    return response


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook: any exception of a view as a problem, or None for what is a defect of ours (500)."""
    response: ProblemResponse | None
    if isinstance(error, exceptions.ValidationError):
        response = _validation_problem(error)
    elif isinstance(error, exceptions.APIException):
        response = _api_problem(error)
    elif isinstance(error, Http404):
        response = _api_problem(exceptions.NotFound())
    elif isinstance(error, PermissionDenied):
        response = _api_problem(exceptions.PermissionDenied())
    elif isinstance(error, RequestDataTooBig):
        response = _api_problem(Problem("too_large"))
    elif isinstance(error, TooManyFieldsSent | SuspiciousOperation | BadRequest):
        response = _api_problem(Problem("bad_request"))
    elif isinstance(error, DjangoValidationError):
        response = _validation_problem(exceptions.ValidationError(error.messages))
    elif isinstance(error, OperationalError | InterfaceError):
        log_failure(error)
        response = _unavailable()
    else:
        response = None
    return response


def plain_problem(code: str, detail: str = "", retry_after: int | None = None, **extra: Any) -> HttpResponse:
    """A problem from outside DRF (Django's own 400, 404, 500, middleware); `retry_after` in seconds."""
    body = body_of(code, detail, **extra)
    response = JsonResponse(body, status=body["status"], content_type=CONTENT_TYPE)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    return plain_problem("too_large" if isinstance(exception, RequestDataTooBig) else "bad_request")


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    return plain_problem("permission_denied")


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    return plain_problem("not_found")


def handler500(request: HttpRequest) -> HttpResponse:
    return plain_problem("server_error")
