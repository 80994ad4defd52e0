"""What the OpenAPI generator has to be told once for all endpoints."""

import json
import re
from typing import Any

import uritemplate
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from api.answer_headers import HEADERS, tell_headers
from api.operation_docs import id_description, summary_and_description
from api.operation_names import operation_name
from api.pagination import NewerPages
from api.problem_schema import CODE_SHAPE, PROBLEM, codes_of_view, error_codes, name_problems

ID_PATTERN = "^[0-9]{1,19}$"
KEY_PARAMETER = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="1-255 printable ASCII characters of your choice. A retry with the same key and body gets what "
    "the first made, as it is now, or 410 if it was deleted; with another body 422; while the first is under way 409. "
    "Keys are kept for 24 hours.",
)
PATH_WORDS = {
    "username": (OpenApiTypes.STR, "A user name, in any case."),
    "session": (OpenApiTypes.UUID, "The session's id."),
}

_PLAIN = [
    (re.compile(r"^Paginated(\w+)List$"), r"\1Page"),
    (re.compile(r"^Patched(\w+?)(?:Input|Edit)?Request$"), r"\1Changes"),
    (re.compile(r"^(\w+?)(?:Input)?Request$"), r"\1Input"),
]


class Schema(AutoSchema):
    """Describes an operation by what its view declares (`api.viewsets.BaseViewSet`), its address and its docstring.

    What does not follow from these is said above the method, by `@extend_schema`, which wins.
    """

    @property
    def action(self) -> str:
        return getattr(self.view, "action", None) or self.method.lower()

    def get_tags(self) -> list[str]:
        """The first word of the address, as `posts` or `me`, unless the view has a `tag` of its own."""
        return [getattr(self.view, "tag", "")] if getattr(self.view, "tag", "") else super().get_tags()

    def get_summary(self) -> str | None:
        return summary_and_description(self.view, self.action)[0] or None

    def get_description(self) -> str:  # type: ignore[override]  # drf-spectacular's differs from DRF's
        return summary_and_description(self.view, self.action)[1]

    def get_request_serializer(self) -> Any:
        return getattr(self.view, "inputs", {}).get(self.action)

    def _get_request_body(self, direction: Any = "request") -> Any:
        """Of a DELETE that takes one, too: the library describes none."""
        method = self.method
        self.method = "PUT" if method == "DELETE" and self.get_request_serializer() else method
        try:
            return super()._get_request_body(direction)  # type: ignore[no-untyped-call]  # the library's
        finally:
            self.method = method

    def get_response_serializers(self) -> Any:
        """A view's `output`, or 204 without a body."""
        output = getattr(self.view, "outputs", {}).get(self.action, getattr(self.view, "output", None))
        return {204: None} if output is None or self.method == "DELETE" else output

    def get_extensions(self) -> dict[str, Any]:
        return error_codes(*codes_of_view(self.view, self.action, self.method, self.path))

    def get_override_parameters(self) -> list[Any]:
        """What the address names; `Idempotency-Key` where something is made (the view's `takes_idempotency_key`)."""
        ids = [
            OpenApiParameter(
                name, str, OpenApiParameter.PATH, pattern=ID_PATTERN, description=id_description(self.path, name)
            )
            for name in uritemplate.variables(self.path)
            if name == "id" or name.endswith("_id")
        ]
        ids += [
            OpenApiParameter(name, kind, OpenApiParameter.PATH, description=description)
            for name, (kind, description) in PATH_WORDS.items()
            if name in uritemplate.variables(self.path)
        ]
        keyed = getattr(self.view, "takes_idempotency_key", False) and self.action == "create"
        return [*ids, KEY_PARAMETER] if keyed else ids

    def get_operation_id(self) -> str:
        return operation_name(
            method=self.method, path=self.path, action=self.action, is_list=bool(self._is_list_view())
        )

    def get_auth(self) -> list[Any]:
        """None where no log-in is read at all: a choice of nothing makes generators ask for a token."""
        taken: list[Any] = super().get_auth()
        return taken if any(taken) else []

    def get_paginated_name(self, serializer_name: str) -> str:
        """Pages with and without `previous` are two shapes: `PostPage`, `PostForwardPage`."""
        way = "" if isinstance(self._get_paginator(), NewerPages) else "Forward"  # type: ignore[no-untyped-call]  # the library's
        return f"Paginated{serializer_name}{way}List"

    def map_parsers(self) -> list[str]:
        """Bodies are JSON where they can be; the forms are there for the browsable API alone."""
        taken: list[str] = super().map_parsers()
        return ["application/json"] if "application/json" in taken else taken

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        """A shape says its first paragraph, the rest is for us; what only an author is shown may be absent."""
        schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]  # the library's
        if "description" in schema:
            schema["description"] = schema["description"].split("\n\n")[0]
        absent = set(getattr(serializer, "FOR_AUTHOR", ()))
        if absent & set(schema.get("required", ())):
            schema["required"] = [name for name in schema["required"] if name not in absent]
        return schema


def problems_everywhere(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A postprocessing hook: each operation names its problems and headers, and whether a token is needed."""
    result.setdefault("components", {}).setdefault("schemas", {}).update(Problem=PROBLEM, ProblemCode=CODE_SHAPE)
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            if not isinstance(operation, dict) or "responses" not in operation:
                continue
            if "requestBody" in operation and method == "patch":
                operation["requestBody"]["required"] = True  # of others, where a member of it is
            operation.setdefault("security", [])
            name_problems(path, method, operation)
            tell_headers(method, operation)
    result["components"]["headers"] = HEADERS
    return result


def plain_names(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A postprocessing hook: shapes are called what they are (`PostPage`, `PostInput`, `PostChanges`)."""
    shapes = result["components"]["schemas"]
    shapes.pop("NullEnum", None)  # null is no shape of its own
    names = {name: _plain(name) for name in shapes}
    if len(set(names.values())) < len(names):
        raise ValueError(f"two shapes would have one name: {sorted(names.values())}")
    text = json.dumps(result, default=str).replace('{"$ref": "#/components/schemas/NullEnum"}', '{"type": "null"}')
    for name, plain in names.items():
        text = text.replace(f'"#/components/schemas/{name}"', f'"#/components/schemas/{plain}"')
    named: dict[str, Any] = json.loads(text)
    named["components"]["schemas"] = {names[name]: shape for name, shape in named["components"]["schemas"].items()}
    return named


def _plain(name: str) -> str:
    for pattern, plain in _PLAIN:
        name = pattern.sub(plain, name)
    return name
