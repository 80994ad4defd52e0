"""The headers of answers in the OpenAPI document."""

from typing import Any

HEADERS: dict[str, dict[str, Any]] = {
    "ETag": {
        "schema": {"type": "string"},
        "example": '"9f2c4be01d7a4c55b1f0a3c8e6d7f912"',
        "description": "Of this person's answer alone: send it in `If-None-Match` when you ask again.",
    },
    "Location": {"schema": {"type": "string"}, "description": "Where the new thing is, without scheme and host."},
    "Link": {
        "schema": {"type": "string"},
        "example": '<https://pystagram.example/v1/feed?cursor=s4U2Rm>; rel="next"',
        "description": 'Of the next page (`rel="next"`) and of what is newer (`rel="prev"`), where there are such.',
    },
    "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait before the next try."},
    "Tus-Version": {"schema": {"type": "string"}, "example": "1.0.0", "description": "What is spoken of tus."},
    "WWW-Authenticate": {
        "schema": {"type": "string"},
        "example": 'Bearer realm="pystagram"',
        "description": "How one logs in.",
    },
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
CONDITION: dict[str, Any] = {
    "name": "If-None-Match",
    "in": "header",
    "schema": {"type": "string"},
    "description": "The `ETag` of the answer that you have.",
}
EVERYWHERE = ("RateLimit", "RateLimit-Policy", "Preference-Applied", "X-Request-Id")


def tell_headers(method: str, operation: dict[str, Any]) -> None:
    """Adds the headers that clients have use for to each answer of an operation; what can be read, to ask again by."""
    if method == "get" and _may_be_known(operation["responses"]):
        operation.setdefault("parameters", []).append(dict(CONDITION))
        headers = dict(operation["responses"]["200"].get("headers", {}))
        operation["responses"]["304"] = {"description": "What you have is good still.", "headers": headers}
    tagged = {"200", "304"} if "304" in operation["responses"] else set()
    paged = any(parameter["name"] == "cursor" for parameter in operation.get("parameters", ()))
    names = {"401": ["WWW-Authenticate"], "412": ["Tus-Version"], "429": ["Retry-After"], "503": ["Retry-After"]}
    names |= {"200": ["Link"], "304": ["Link"]} if paged else {}
    if operation["operationId"].startswith(("create", "upload", "complete")):
        names |= {"201": ["Location"], "202": ["Location"]}
    for status, answer in operation["responses"].items():
        told = [*(["ETag"] if status in tagged else []), *names.get(status, ()), *EVERYWHERE]
        headers = answer.setdefault("headers", {})
        headers.update({name: _reference(name) for name in told if name not in headers})


def _may_be_known(responses: dict[str, Any]) -> bool:
    """Whether it is an answer in JSON: each of these has a tag (api/etags.py)."""
    return "304" not in responses and "application/json" in responses.get("200", {}).get("content", {})


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/headers/{name}"}
