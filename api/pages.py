"""What a page of the browsable API shows besides the answer: cards, and where one can go from here."""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import Resolver404, ResolverMatch, URLPattern, URLResolver, get_resolver, resolve
from rest_framework.request import Request
from rest_framework.utils.urls import remove_query_param, replace_query_param

MAX_CARDS = 60
LAST_WORD = re.compile(r"(?:^\^?|/)([a-z-]+)\$?$")


@dataclass(frozen=True)
class Card:
    """What one glances at: a picture (or none), whose it is, the beginning of its text, and where it is."""

    address: str
    picture: str
    alt: str
    by: str
    text: str


@dataclass(frozen=True)
class Below:
    """An address one step below: read or opened by a link, or done by a button if it takes no body."""

    name: str
    address: str
    link: bool
    buttons: tuple[str, ...]


def cards_in(data: Any) -> list[Card]:
    """Posts, people and media in an answer, for a glance above the JSON."""
    shown = _cards(data)
    if isinstance(data, dict) and _post(data) is not None:  # the page of one post has all its pictures
        shown = itertools.chain(shown, _cards(data["media"][1:]))
    return list(itertools.islice(shown, MAX_CARDS))


def _cards(data: Any) -> Iterator[Card]:
    if isinstance(data, dict):
        card = _post(data) or _person(data) or _media(data)
        if card is not None:
            yield card
            return
        for value in data.values():
            yield from _cards(value)
    elif isinstance(data, list):
        for value in data:
            yield from _cards(value)


def _post(data: Mapping[str, Any]) -> Card | None:
    if not {"id", "author", "caption", "media"} <= data.keys():
        return None
    stills = [_still_of(media) for media in data["media"]]
    picture, alt = next(filter(None, stills), ("", ""))
    by = f"@{data['author']['username']}"
    return Card(f"/v1/posts/{data['id']}", picture, alt or f"A picture by {by}", by, data["caption"])


def _person(data: Mapping[str, Any]) -> Card | None:
    if not {"id", "username", "avatar"} <= data.keys():
        return None
    return Card(
        f"/v1/users/{data['username']}", data["avatar"] or "", "", f"@{data['username']}", data.get("name") or ""
    )


def _media(data: Mapping[str, Any]) -> Card | None:
    still = _still_of(data)
    if still is None:
        return None
    picture, alt = still
    return Card(data.get("url") or picture, picture, alt or "A picture without a description", "", alt)


def _still_of(media: Mapping[str, Any]) -> tuple[str, str] | None:
    """The smallest picture of a media and its description; a video's own renditions are films."""
    if not (media.get("renditions") or media.get("poster")):
        return None
    return (media.get("poster") or media)["renditions"][0]["url"], media.get("alt_text") or ""


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
