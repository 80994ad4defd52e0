"""The headers of answers in the OpenAPI document."""

from typing import Any

HEADERS: dict[str, dict[str, Any]] = {
    "Location": {"schema": {"type": "string"}, "description": "Where the new thing is, without scheme and host."},
    "Link": {"schema": {"type": "string"}, "description": '`<address>; rel="next"`, absent on the last page.'},
    "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait before the next try."},
    "RateLimit": {
        "schema": {"type": "string"},
        "example": '"write";r=597;t=212',
        "description": "What is left (`r`) of the limit that this request counted against, for how many seconds (`t`). "
        "Absent where nothing was counted, as after a 401.",
    },
    "RateLimit-Policy": {
        "schema": {"type": "string"},
        "example": '"write";q=600;w=300',
        "description": "How many requests (`q`) that limit allows in a window of how many seconds (`w`).",
    },
    "Preference-Applied": {
        "schema": {"type": "string"},
        "example": "handling=strict",
        "description": "Where `Prefer: handling=strict` was sent: nothing of the request was ignored.",
    },
    "X-Request-Id": {
        "schema": {"type": "string"},
        "required": True,
        "example": "0f8fad5bd9cb469fa16570867728950e",
        "description": "Your own `X-Request-Id`, or one that was made: quote it to the operator.",
    },
}
EVERYWHERE = ("RateLimit", "RateLimit-Policy", "Preference-Applied", "X-Request-Id")


def tell_headers(operation: dict[str, Any]) -> None:
    """Adds the headers that clients have use for to each answer of an operation."""
    paged = any(parameter["name"] == "cursor" for parameter in operation.get("parameters", ()))
    names = {"200": ["Link"] if paged else [], "429": ["Retry-After"], "503": ["Retry-After"]}
    if operation["operationId"].startswith(("create", "upload", "complete")):
        names |= {"201": ["Location"], "202": ["Location"]}
    for status, answer in operation["responses"].items():
        told = [*names.get(status, ()), *EVERYWHERE]
        answer.setdefault("headers", {}).update({name: _reference(name) for name in told})


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/headers/{name}"}
