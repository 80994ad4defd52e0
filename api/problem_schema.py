"""The problems in the OpenAPI document: what they look like, and which codes each operation may answer with.

What follows from an operation's form (a body, a cursor, a log-in) is found out here; the rest its view says in
`error_codes`. An answer with a code that its operation does not name is a defect, which tests look for.
"""

from collections.abc import Mapping
from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission

from api.problems import CATALOGUE, CONTENT_TYPE

CODES = "x-problem-codes"
CODE_SHAPE: dict[str, Any] = {
    "type": "string",
    "enum": list(CATALOGUE),
    "description": "Machine-readable. Each answer names the codes it may have in `x-problem-codes`; what they mean "
    "stands at `/docs/errors`.",
}
PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"$ref": "#/components/schemas/ProblemCode"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "JSON pointer into the body; `/` and its name for a parameter or a header.",
                    },
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                    "suggestion": {"type": "string", "description": "Of `unknown_name`: what was probably meant."},
                    "position": {"type": "integer", "description": "Of a query: the character, counted from 0."},
                },
            },
        },
        "challenge": {
            "type": "string",
            "description": "Of `second_factor_required`: `POST /v1/auth/token/second-factor` takes it for 5 minutes.",
        },
        "purge_at": {
            "type": "string",
            "format": "date-time",
            "description": "Of `deletion_pending`: until then `POST /v1/me/undelete` brings the account back.",
        },
        "quota": {
            "type": "object",
            "additionalProperties": True,
            "description": "Of `quota_exceeded`: as `GET /v1/me/quota` shows it.",
        },
        "used_by": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "id"],
                "properties": {"type": {"type": "string"}, "id": {"type": "string"}},
            },
            "description": "Of `media_in_use`: what shows it: a `post` (also one in the trash), `story`, `highlight`, "
            "or your `avatar`, with your own id.",
        },
        "offset": {"type": "integer", "description": "Of `wrong_offset`: where the next bytes belong."},
    },
}
ALWAYS = {"bad_request", "unknown_name", "repeated_name", "not_acceptable", "throttled", "database_unavailable"}
WITH_LOG_IN = {"not_authenticated", "invalid_token", "deactivated", "deletion_pending"}
WITH_BODY = {"invalid", "parse_error", "unsupported_media_type", "busy"}


def error_codes(*codes: str) -> dict[str, Any]:
    """Those codes as an extension of an operation."""
    assert set(codes) <= CATALOGUE.keys(), f"not in the catalogue: {set(codes) - CATALOGUE.keys()}"
    return {CODES: list(codes)} if codes else {}


def codes_of_view(view: Any, action: str, method: str, path: str) -> list[str]:
    """Those that the view names for the action, and `permission_denied` where one may see but not change."""
    guarded = any(
        permission.has_object_permission is not BasePermission.has_object_permission
        for permission in getattr(view, "permission_classes", ())
    )
    for_author = method not in SAFE_METHODS or getattr(view, "author_alone", False)
    denied = ["permission_denied"] if guarded and for_author and "{" in path else []
    return [*getattr(view, "error_codes", {}).get(action, ()), *denied]


def name_problems(path: str, method: str, operation: dict[str, Any]) -> None:
    """Gives the operation a response for each status that a problem of it may have."""
    codes = _of_its_form(path, method, operation) | set(operation.pop(CODES, ()))
    by_status: dict[int, list[str]] = {}
    for code, (status, _) in CATALOGUE.items():
        if code in codes:
            by_status.setdefault(status, []).append(code)
    for status, of_status in by_status.items():
        operation["responses"][str(status)] = _response(of_status)


def _of_its_form(path: str, method: str, operation: Mapping[str, Any]) -> set[str]:
    parameters = {(each["in"], each["name"]) for each in operation.get("parameters", ())}
    writes, asks = method != "get", any(place == "query" for place, _ in parameters)
    log_in, keyed = bool(operation.get("security")), ("header", "Idempotency-Key") in parameters
    return set().union(
        ALWAYS,
        WITH_LOG_IN if log_in else (),
        ["csrf_failed"] if log_in and writes else (),
        WITH_BODY if "requestBody" in operation else (),
        ["too_large"] if writes else (),
        ["invalid"] if asks or keyed else (),
        ["key_reused", "gone"] if keyed else (),
        ["invalid_cursor"] if ("query", "cursor") in parameters else (),
        ["not_found"] if "{" in path else (),
    )


def _response(codes: list[str]) -> dict[str, Any]:
    about = " ".join(f"{CATALOGUE[code][1]} (`{code}`)." for code in codes)
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": about, "content": {CONTENT_TYPE: {"schema": schema}}, CODES: codes}
