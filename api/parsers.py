"""The JSON parser with the bounds that DRF's own lacks."""

from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from rest_framework import parsers
from rest_framework.exceptions import ParseError

from api.name_errors import refuse, repeated_members
from api.preferences import is_strict

MAX_DEPTH = 32


def _check(value: Any, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        raise ParseError(f"JSON is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_text(key)
            _check(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)


def _check_text(text: str) -> None:
    if "\0" in text:
        raise ParseError("Text may not hold NUL characters")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ParseError("Text holds half of a surrogate pair") from None


class JSONParser(parsers.JSONParser):
    """Refuses what is nested too deep, is no object, or holds text that PostgreSQL cannot.

    Under strict handling also objects that have a name twice.
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        context = parser_context or {}
        text = stream.read() if "request" in context and is_strict(context["request"]) else None
        try:
            data = super().parse(stream if text is None else BytesIO(text), media_type, parser_context)
        except RecursionError:
            raise ParseError(f"JSON is nested deeper than {MAX_DEPTH} levels") from None
        _check(data)
        if not isinstance(data, dict):
            raise ParseError("The body must be a JSON object")
        if text is not None:
            refuse(repeated_members(text.decode(context.get("encoding", settings.DEFAULT_CHARSET))))
        return data
