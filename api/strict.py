"""`Prefer: handling=strict` (RFC 7240): what a request sends is used, or it is refused by its name.

Known are the parameters that the OpenAPI document has for the operation and the members that the serializer of its
body takes. Without the preference unknown ones are ignored, and of one that is given twice the last counts.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator
from drf_spectacular.settings import spectacular_settings
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import (
    BaseSerializer,
    DictField,
    Field,
    ListField,
    ListSerializer,
    MultipleChoiceField,
)

from api.name_errors import MAX_NAME_LENGTH, Error, code_of, errors_of, escaped, refuse, repeated
from api.preferences import PREFERENCE, is_strict
from api.problems import plain_problem

HINT_CUTOFF = 0.75  # `difflib`'s ratio of likeness: `captoin` and `caption` have 0.86, `caption` and `option` 0.77
OF_FORMS = {"csrfmiddlewaretoken"}  # sent by pages of the browsable API


class StrictHandling:
    """A mixin for views: unknown parameters and members are refused where the request prefers that."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]  # of APIView, which this is mixed into
        if is_strict(request):
            refuse(self.unknown_names(request))

    def unknown_names(self, request: Request) -> Iterator[Error]:
        return unknown_parameters(request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        final: Response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]  # as above
        if is_strict(request):
            final["Preference-Applied"] = PREFERENCE
        return final


def takes_parameters(*known: str) -> Callable[..., Any]:
    """A decorator for plain views: the query parameters that are known to them."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def strict(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not is_strict(request):
                return view(request, *args, **kwargs)
            errors = errors_of(_wrong_parameters(request.GET, dict.fromkeys(known, False)))
            response = plain_problem(code_of(errors), errors=errors) if errors else view(request, *args, **kwargs)
            response["Preference-Applied"] = PREFERENCE
            return response

        strict.known_parameters = known  # type: ignore[attr-defined]  # for the test that every such view has them
        return strict

    return decorate


def unknown_parameters(request: Request) -> Iterator[Error]:
    """The query parameters that the operation does not have, or has once."""
    match = request._request.resolver_match
    assert match is not None
    method = "GET" if request.method == "HEAD" else str(request.method)
    if method.lower() in getattr(match.func, "actions", {"get": ""}):
        yield from _wrong_parameters(request.query_params, _parameters_of(match.func, match.route, method))


def _wrong_parameters(given: Any, known: Mapping[str, bool]) -> Iterator[Error]:
    yield from _unknown("", given, known, "unknown_parameter")
    for name, takes_several in known.items():
        if len(given.getlist(name)) > 1 and not takes_several:
            yield repeated(f"/{escaped(name)}", name, "repeated_parameter")


@cache
def _parameters_of(callback: Any, route: str, method: str) -> dict[str, bool]:
    """An operation's query parameters, as the document has them, and whether each may be given several times.

    Found out once in a process.
    """
    generator, path = SchemaGenerator(), EndpointEnumerator().get_path_from_regex(f"/{route}")  # type: ignore[no-untyped-call]  # the libraries'
    view = generator.create_view(callback, method)  # type: ignore[no-untyped-call]  # as above
    view.request = spectacular_settings.GET_MOCK_REQUEST(method, path, view, None)
    operation = view.schema.get_operation(
        path, path, spectacular_settings.SCHEMA_PATH_PREFIX, method, generator.registry
    )
    parameters = operation.get("parameters", ()) if operation else ()
    return {one["name"]: one.get("schema", {}).get("type") == "array" for one in parameters if one["in"] == "query"}


def unknown_members(request: Request, serializer: Any) -> Iterator[Error]:
    """The members of a body (JSON or a form) that its serializer does not take, at any depth.

    Of a form also what it takes once and was given several times; of JSON its parser has noticed that.
    """
    if request.method not in SAFE_METHODS:
        body = request.data
        yield from _of_form(body, serializer) if hasattr(body, "getlist") else _of_json(body, serializer, "")


def _of_form(body: Any, serializer: Any) -> Iterator[Error]:
    """Of a form, whose fields of several values may be called `texts[1]` or `texts.1`."""
    fields = _taken(serializer)
    deep = {name for name, field in fields.items() if isinstance(field, DictField | BaseSerializer)}
    names = [name for name in body if re.split(r"[.\[]", name, maxsplit=1)[0] not in deep]
    yield from _unknown("", names, {*fields, *OF_FORMS}, "unknown_member")
    for name, field in fields.items():
        if len(body.getlist(name)) > 1 and not isinstance(field, ListField | ListSerializer | MultipleChoiceField):
            yield repeated(f"/{escaped(name)}", name, "repeated_member")


def _of_json(value: Any, field: Any, pointer: str) -> Iterator[Error]:
    """Of a JSON value that is meant for a field. What does not fit the field at all is left to validation."""
    if isinstance(field, ListSerializer | ListField):
        for index, item in enumerate(value if isinstance(value, list) else ()):
            yield from _of_json(item, field.child, f"{pointer}/{index}")
    elif isinstance(field, BaseSerializer) and isinstance(value, Mapping):
        fields = _taken(field)
        yield from _unknown(pointer, value, set(fields), "unknown_member")
        for name in fields.keys() & value.keys():
            yield from _of_json(value[name], fields[name], f"{pointer}/{name}")


def _taken(serializer: Any) -> dict[str, Field[Any, Any, Any, Any]]:
    return {name: field for name, field in serializer.fields.items() if not field.read_only}


def _unknown(pointer: str, names: Iterable[str], known: Iterable[str], code: str) -> Iterator[Error]:
    for name in names:
        if name not in known:
            shown, meant = name[:MAX_NAME_LENGTH], meant_by(name, known)
            detail = f"{shown} is not known here" + (f"; did you mean {meant}?" if meant else "")
            yield {"pointer": f"{pointer}/{escaped(shown)}", "code": code, "detail": detail} | (
                {"suggestion": meant} if meant else {}
            )


def meant_by(name: str, known: Iterable[str]) -> str:
    """The known name that this is a misspelling of (`isPrivate`, `is-private`, `is_privat`); empty if there is none."""
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name[:MAX_NAME_LENGTH]).replace("-", "_").lower()
    return next(iter(difflib.get_close_matches(plain, sorted(known), n=1, cutoff=HINT_CUTOFF)), "")
