"""Refusals of names: parameters and members that are not known, or are given more than once.

Imported by the parsers, so it imports no view.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from api.problems import Problem

MAX_ERRORS = 20
MAX_NAME_LENGTH = 100  # of a wrong name, in the answer
Error = dict[str, Any]


def refuse(wrong: Iterable[Error]) -> None:
    """`unknown_name` or `repeated_name`, as the first of them is; nothing if there are none."""
    errors = errors_of(wrong)
    if errors:
        raise Problem(code_of(errors), errors[0]["detail"], errors=errors)


def errors_of(wrong: Iterable[Error]) -> list[Error]:
    return [error for error, _ in zip(wrong, range(MAX_ERRORS), strict=False)]


def code_of(errors: list[Error]) -> str:
    return "repeated_name" if errors[0]["code"].startswith("repeated_") else "unknown_name"


def escaped(name: str) -> str:
    """As a part of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


class _Members(dict[str, Any]):
    """A JSON object that remembers which names it was given more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        given = Counter(name for name, _ in pairs)
        self.repeated = sorted(name for name, times in given.items() if times > 1)


def repeated_members(text: str) -> Iterator[Error]:
    """The names that objects of a JSON text, which can be read, have more than once."""
    return _repeated_in(json.loads(text, object_pairs_hook=_Members), "")


def _repeated_in(value: Any, pointer: str) -> Iterator[Error]:
    if isinstance(value, _Members):
        for twice in value.repeated:
            yield repeated(f"{pointer}/{escaped(twice[:MAX_NAME_LENGTH])}", twice, "repeated_member")
    inside = dict(enumerate(value)) if isinstance(value, list) else value
    if isinstance(inside, dict):
        for name, inner in inside.items():
            yield from _repeated_in(inner, f"{pointer}/{escaped(str(name)[:MAX_NAME_LENGTH])}")


def repeated(pointer: str, name: str, code: str) -> Error:
    return {"pointer": pointer, "code": code, "detail": f"{name[:MAX_NAME_LENGTH]} is given more than once"}
