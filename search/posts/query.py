"""The query language of posts: words, "phrases", -exclusions, author:name, tag:name or #name. A pure parser.

What it does not understand it refuses with the position, counted in characters from 0; it raises nothing else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from api.problems import Problem
from api.search_key import search_key
from posts.captions import tags_in
from search.tokens import Token, query_tokens

MAX_QUERY_LENGTH = 200  # characters
MAX_TERMS = 16
SHORTEST_PREFIX = 3
_USERNAME = re.compile(r"[a-z0-9._]+")
_PIECE = re.compile(
    r"""(?P<minus>-?)(?:
        (?P<filter>(?i:author|tag)):(?P<value>\S*)
        | [#＃﹟](?P<tag>\S*)
        | ["“”„](?P<phrase>[^"“”„]*)(?P<end>["“”„]?)
        | (?P<word>[^\s"“”„]+)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Words:
    """Tokens that stand one after the other; `open_ended`: the last may be the beginning of a word."""

    tokens: tuple[Token, ...]
    excluded: bool = False
    open_ended: bool = False


@dataclass(frozen=True)
class Author:
    username: str
    excluded: bool = False


@dataclass(frozen=True)
class Tagged:
    name: str
    excluded: bool = False


Term = Words | Author | Tagged


def refused(code: str, detail: str, position: int) -> Problem:
    """The 400 of a query that cannot be understood; `position` says where."""
    error = {"pointer": "/q", "code": code, "detail": detail, "position": position}
    return Problem("invalid_query", detail, errors=[error])


def check_length(text: str) -> None:
    """Of a query for any kind of thing. Raises `Problem("invalid_query")`."""
    if len(text) > MAX_QUERY_LENGTH:
        raise refused("max_length", f"A query has at most {MAX_QUERY_LENGTH} characters", MAX_QUERY_LENGTH)


def parse(text: str) -> list[Term]:
    """The terms of a query, all of which must hold. Raises `Problem("invalid_query")`."""
    check_length(text)
    terms: list[Term] = []
    for found in _PIECE.finditer(text):
        terms += _terms_of(found)
        if len(terms) > MAX_TERMS:
            raise refused("too_many_terms", f"A query has at most {MAX_TERMS} terms", found.start())
    if not terms:
        raise refused("blank", "There is nothing to search for", 0)
    if all(term.excluded for term in terms):
        raise refused("only_exclusions", "Say also what is to be found", 0)
    return [*terms[:-1], _opened(terms[-1], text)]


def _terms_of(found: re.Match[str]) -> Iterator[Term]:
    excluded = bool(found["minus"])
    if found["filter"] is not None:
        yield _filter(found["filter"].lower(), found["value"].strip('"“”„'), excluded, found.start("value"))
    elif found["tag"] is not None:
        if search_key(found["tag"]).strip("# "):
            yield Tagged(_tag(found["tag"]), excluded)
    elif found["phrase"] is not None and not found["end"]:
        raise refused("unclosed_quote", "This quotation mark is never closed", found.start("phrase") - 1)
    else:
        tokens = tuple(query_tokens(found["phrase"] or found["word"] or ""))
        if tokens:
            yield Words(tokens, excluded)


def _filter(name: str, value: str, excluded: bool, position: int) -> Term:
    value = value.lstrip("#＃﹟") if name == "tag" else value.removeprefix("@").lower()
    if not search_key(value).strip():
        raise refused("empty_filter", f"{name}: needs a name after it", position)
    if name == "author" and not _USERNAME.fullmatch(value):
        raise refused("no_username", "A user name has letters a-z, digits, dots and underscores", position)
    return Tagged(_tag(value), excluded) if name == "tag" else Author(value, excluded)


def _tag(text: str) -> str:
    """The tag that the text begins with, as a caption would have it: `#sea,` asks for `sea`."""
    return next(iter(tags_in(f"#{text}")), text)


def _opened(term: Term, text: str) -> Term:
    """The last word, which may not be finished yet: it also finds what it is the beginning of."""
    unfinished = isinstance(term, Words) and not term.excluded and text[-1:].isalnum()
    if unfinished and isinstance(term, Words) and len(term.tokens) == 1:
        return Words(term.tokens, open_ended=len(term.tokens[0].lexeme) >= SHORTEST_PREFIX)
    return term
