"""What the OpenAPI generator has to be told once for all endpoints."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

KEY_PARAMETER = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="1-255 printable ASCII characters of your choice. A retry with the same key and body gets the first "
    "answer; with another body 422; while the first is under way 409. Keys are kept for 24 hours.",
)

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Machine-readable; the catalogue is in the docs."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
_USUAL = {
    "400": "The request is not valid (`invalid`, `parse_error`, `invalid_cursor`, `bad_request`).",
    "401": "No valid token (`not_authenticated`, `invalid_token`).",
    "403": "Visible, but not yours to do (`permission_denied`).",
    "404": "Absent, or hidden from you: the same answer (`not_found`).",
    "405": "The address does not take that method (`method_not_allowed`).",
    "406": "None of the accepted formats can be served (`not_acceptable`).",
    "409": "The state does not allow it (`conflict`, `in_flight`).",
    "413": "The body is too large (`too_large`).",
    "415": "Not this content type (`unsupported_media_type`, `unsupported_format`).",
    "422": "The idempotency key was used with another body (`key_reused`).",
    "429": "Too many requests (`throttled`); see `Retry-After`.",
    "503": "A server behind the API is away (`database_unavailable`, `storage_unavailable`, `busy`).",
}
_WITH_BODY = {"409", "413", "415", "422"}


class Schema(AutoSchema):
    """Adds `Idempotency-Key` to the views that take one (`takes_idempotency_key = True`) on POST."""

    def get_override_parameters(self) -> list[Any]:
        keyed = getattr(self.view, "takes_idempotency_key", False) and self.method == "POST"
        return [KEY_PARAMETER] if keyed else []


def problems_everywhere(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A postprocessing hook: each operation names the problems it may answer with."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    for operations in result["paths"].values():
        for method, operation in operations.items():
            if not isinstance(operation, dict) or "responses" not in operation:
                continue
            for status, about in _USUAL.items():
                if status in _WITH_BODY and method not in {"post", "put", "patch"}:
                    continue
                operation["responses"].setdefault(status, _problem_response(about))
    return result


def _problem_response(about: str) -> dict[str, Any]:
    shape = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {"description": about, "content": {"application/problem+json": shape}}
