"""Which threads answer what may take long."""

from typing import Any

from pystagram.rsgi import ROUTES
from pystagram.views import openapi_document


def members_of(operation: dict[str, Any], document: dict[str, Any]) -> set[str]:
    """The members of an operation's JSON body."""
    content = operation.get("requestBody", {}).get("content", {})
    name = content.get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
    return set(document["components"]["schemas"].get(name, {}).get("properties", {}))


def lane_of(method: str, path: str) -> str:
    found = (route.lane for route in ROUTES if route.method == method.upper() and route.path.fullmatch(path))
    return next(found, "default")


def test_whatever_takes_a_password_waits_for_its_hash_in_the_threads_of_log_ins():
    document: Any = openapi_document()
    taking = {
        (method, path)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if any("password" in member for member in members_of(operation, document))
    }
    assert ("post", "/v1/auth/token") in taking
    others = {one for one in taking if lane_of(*one) != "passwords"}
    assert not others, "give them a place in pystagram/rsgi.py, or others' feeds wait behind them"


def test_feeds_are_not_among_them():
    assert lane_of("get", "/v1/feed") == "default"
