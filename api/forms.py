"""The forms of the browsable API: what was typed into a rejected one is kept, what is to be changed is filled in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from api.fields import IdField


@dataclass(frozen=True)
class Form:
    """One form of a page. `html` is None where no body is taken (a button is enough), `raw` where JSON is not."""

    method: str
    html: str | None
    raw: str | None


def typed_into(request: Request, serializer: Serializer[Any]) -> Any:
    """The body of a request that was rejected, if it could be read at all. Passwords are not repeated."""
    try:
        typed: Any = request.data.copy()
    except APIException:
        return {}
    for name, field in serializer.fields.items():
        if field.style.get("input_type") == "password":
            typed.pop(name, None)
    return typed


def values_of(answer: Any, serializer: Serializer[Any]) -> dict[str, Any]:
    """What an answer says about the fields of an input, in the terms of that input."""
    if not isinstance(answer, Mapping):
        return {}
    fields = {name: field for name, field in serializer.fields.items() if name in answer and not field.read_only}
    return {name: _named(answer[name], getattr(field, "child", field)) for name, field in fields.items()}


def _named(value: Any, field: Any) -> Any:
    """A row is sent by its id, or by its name where names are taken."""
    if isinstance(value, list | tuple):
        return [_named(item, field) for item in value]
    if isinstance(value, Mapping):
        return value.get("id" if isinstance(field, IdField) else "name")
    return value


def filled(serializer: Serializer[Any], values: Any, errors: Mapping[str, list[str]]) -> Serializer[Any]:
    """The same form with values and errors in it. Not validated again: a problem may come from behind the form."""
    shown = values if hasattr(values, "getlist") else {name: _shown(value) for name, value in values.items()}
    form = type(serializer)(data=shown, context=serializer.context)
    form._errors = dict(errors) or {"": []}  # type: ignore[attr-defined]  # DRF shows what was typed only in a form that has errors
    form._validated_data = {}  # type: ignore[attr-defined]
    return form


def _shown(value: Any) -> Any:
    """A value as an input of a form shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else value


def errors_of(problem: Any) -> dict[str, list[str]]:
    """Field -> sentences, from the pointers of a problem: `/media/1` is about `media`."""
    found: dict[str, list[str]] = {}
    for error in problem.get("errors", ()) if isinstance(problem, Mapping) else ():
        found.setdefault(error["pointer"].strip("/").split("/")[0], []).append(error["detail"])
    return found


def raw_of(serializer: Serializer[Any], values: Any) -> str:
    """JSON to start from: what was sent, or what is there, or every field of the form."""
    start = values if values and not hasattr(values, "getlist") else serializer.get_initial()
    return json.dumps(start, indent=4, ensure_ascii=False, default=str)
