"""What a page of the browsable API shows besides the answer: pictures, and where one can go from here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import Resolver404, ResolverMatch, URLPattern, URLResolver, get_resolver, resolve
from rest_framework.request import Request
from rest_framework.utils.urls import remove_query_param, replace_query_param

MAX_PICTURES = 60
LAST_WORD = re.compile(r"(?:^\^?|/)([a-z-]+)\$?$")


@dataclass(frozen=True)
class Below:
    """An address one step below: read or opened by a link, or done by a button if it takes no body."""

    name: str
    address: str
    link: bool
    buttons: tuple[str, ...]


def pictures_in(data: Any) -> list[dict[str, str]]:
    """The smallest picture of each media in an answer, for a glance above the JSON."""
    found = _pictures(data)
    return [picture for picture, _ in zip(found, range(MAX_PICTURES), strict=False)]


def _pictures(data: Any) -> Iterator[dict[str, str]]:
    if isinstance(data, dict):
        if data.get("renditions") or data.get("poster"):
            still = (data.get("poster") or data)["renditions"]  # a video's own renditions are films
            yield {"url": still[0]["url"], "large": data.get("url") or "", "alt": data.get("alt_text") or ""}
            return
        for value in data.values():
            yield from _pictures(value)
    elif isinstance(data, list):
        for value in data:
            yield from _pictures(value)


def pages_of(data: Any, request: Request) -> dict[str, str]:
    """The addresses of the first and the next page, where there are such."""
    here = request.build_absolute_uri()
    pages = {"first": remove_query_param(here, "cursor")} if "cursor" in request.query_params else {}
    if isinstance(data, dict) and data.get("next") and "results" in data:
        pages["next"] = replace_query_param(here, "cursor", data["next"])
    return pages


def below(request: Request) -> list[Below]:
    """What stands one step below this address: a post's comments, its like."""
    here = request.path.rstrip("/")
    match = request._request.resolver_match
    if match is None:
        return []
    steps = [(word, _step(match.route, f"{here}/{word}", word)) for word in _last_words()]
    return [Below(word, f"{here}/{word}", *step) for word, step in steps if step]


@cache
def _last_words() -> tuple[str, ...]:
    """What addresses end with, as far as it is no parameter."""
    ends = (LAST_WORD.search(route) for route in _routes(get_resolver().url_patterns))
    return tuple(dict.fromkeys(end[1] for end in ends if end))


def _routes(patterns: Any) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield str(pattern.pattern)


_steps: dict[tuple[str, str], tuple[bool, tuple[str, ...]] | None] = {}


def _step(route: str, address: str, word: str) -> tuple[bool, tuple[str, ...]] | None:
    """Whether a link leads there and which buttons do something; the same for all addresses of a route."""
    key = (route, word)
    if key not in _steps:
        try:
            found = resolve(address)
        except Resolver404:
            _steps[key] = None
        else:
            _steps[key] = _ways(found) if found.route.rstrip("$").endswith("/" + word) else None
    return _steps[key]


def _ways(found: ResolverMatch) -> tuple[bool, tuple[str, ...]] | None:
    actions = getattr(found.func, "actions", None)
    if actions is None:
        return (True, ())  # a plain view is there to be read
    writes = {method: name for method, name in actions.items() if method not in {"get", "head"}}
    view = found.func.cls(**found.func.initkwargs)  # type: ignore[attr-defined]
    if "get" in actions:
        return (True, ())
    bare = [method.upper() for method, name in writes.items() if not _takes_body(view, method, name)]
    return len(bare) < len(writes), tuple(bare)


def _takes_body(view: Any, method: str, action: str) -> bool:
    view.action, view.request = action, None
    return method != "delete" and any(not field.read_only for field in view.get_serializer_class()().fields.values())
