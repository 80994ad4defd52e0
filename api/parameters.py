"""Parameters of an address that are one of a few words."""

from collections.abc import Iterable

from rest_framework.request import Request

from api.problems import Invalid


def choice_in(request: Request, name: str, among: Iterable[str], *, default: str) -> str:
    """What the parameter says, or the default; a 400 `invalid_choice` that names all of them for another word."""
    words, word = list(among), request.query_params.get(name, default)
    if word not in words:
        raise Invalid(name, "invalid_choice", f"{name} is one of {', '.join(words)}")
    return word
