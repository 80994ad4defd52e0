"""Fields that the documents name are fields of the API: of the operation they are said of, or of any at all."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from pystagram.views import openapi_document
from tests.docs.test_docs import DOCS, FENCE, text_of

OF_AN_OPERATION = re.compile(r"((?:`\w+`(?:, | and | or )?)+),? (?:of|in|to) `((?:[A-Z]+ )+)(/v1/[^`?]*)")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi_document()


def members(document: dict[str, Any], node: Any, seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """Names of properties and parameters below a part of the document, references followed."""
    if isinstance(node, list):
        for each in node:
            yield from members(document, each, seen)
    if not isinstance(node, dict):
        return
    reference = str(node.get("$ref", ""))
    if reference and reference not in seen:
        _, _, kind, name = reference.split("/")
        yield from members(document, document["components"][kind][name], seen | {reference})
    if "in" in node and isinstance(node.get("name"), str):
        yield node["name"]
    for key, value in node.items():
        if key == "properties":
            yield from value
        if key not in {"example", "examples"}:
            yield from members(document, value, seen)


def operation_at(document: dict[str, Any], method: str, address: str) -> dict[str, Any] | None:
    shape = re.sub(r"\{\w+\}", "{}", address.strip())
    paths = {re.sub(r"\{\w+\}", "{}", path): item for path, item in document["paths"].items()}
    return paths.get(shape, {}).get(method.lower())


def named_of_operations(text: str) -> Iterator[tuple[str, str, str]]:
    """Each field with a method and an address that it is said to be of: `place` of `POST /v1/posts`."""
    for fields, methods, address in OF_AN_OPERATION.findall(FENCE.sub("", text)):
        for method in methods.split():
            yield from ((field, method, address) for field in re.findall(r"`(\w+)`", fields))


def keys_of_bodies(text: str) -> set[str]:
    """The keys of JSON that is shown, in a line or in a block of its own; ours are in snake_case."""
    bodies = re.findall(r'`(\{"[^`]*)`', FENCE.sub("", text))
    bodies += re.findall(r"^```json\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return {key for body in bodies for key in re.findall(r'"([a-z_]+)":', body)}


@pytest.mark.parametrize("path", DOCS, ids=str)
def test_fields_of_an_operation(path, document):
    for field, method, address in named_of_operations(text_of(path)):
        operation = operation_at(document, method, address)
        assert operation is not None, f"{path} names {method} {address}, which is not in the schema"
        assert field in set(members(document, operation)), f"{path}: {method} {address} has no field {field}"


@pytest.mark.parametrize("path", DOCS, ids=str)
def test_keys_of_shown_bodies(path, document):
    unknown = keys_of_bodies(text_of(path)) - set(members(document, document))
    assert not unknown, f"{path} shows JSON with {unknown}, which no operation takes or answers"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("`place`, `location` of `POST /v1/posts`;", [("place", "POST"), ("location", "POST")]),
        ("`a` and `b` in `GET POST /v1/posts`", [("a", "GET"), ("b", "GET"), ("a", "POST"), ("b", "POST")]),
    ],
)
def test_a_wrong_name_would_be_found(text, named, document):
    assert [(field, method) for field, method, _ in named_of_operations(text)] == named
    posting = operation_at(document, "POST", "/v1/posts")
    assert "place" in set(members(document, posting))
    assert "location" not in set(members(document, posting))
