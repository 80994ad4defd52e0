"""The tokens that text is cut into for search. Pure functions; documents and queries alike.

PostgreSQL's own parser drops emoji, does not cut Chinese or Japanese, and knows one language at a time; so the lexemes
are made here and PostgreSQL only stores and finds them (docs/adr/0013-lexemes-from-python.md).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from api.search_key import search_key

MAX_LEXEME_LENGTH = 64  # characters; PostgreSQL takes 2,046 bytes
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
# Written without spaces, or with particles grown on: cut into pairs of characters.
_DENSE = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"
)


@dataclass(frozen=True)
class Token:
    """A lexeme at its position, counted from 0."""

    lexeme: str
    position: int


def document_tokens(text: str) -> list[Token]:
    """Every token by which `text` is found: of dense scripts each character and each pair."""
    return [Token(lexeme, place) for place, units in _placed(text) for lexeme in units]


def query_tokens(text: str) -> list[Token]:
    """The fewest tokens that say `text`: of a pair of characters the pair, and a character only if it stands alone."""
    tokens: list[Token] = []
    for run in _runs(search_key(text)):
        start = tokens[-1].position + _width(tokens[-1]) if tokens else 0
        pairs = ["".join(pair) for pair in pairwise(run)] or run
        tokens += [Token(lexeme, start + place) for place, lexeme in enumerate(pairs)]
    return tokens


def _width(token: Token) -> int:
    """How many positions a token covers: two for a pair of a dense script."""
    return 2 if _DENSE.match(token.lexeme) and len(_units(token.lexeme)) > 1 else 1


def _placed(text: str) -> Iterator[tuple[int, list[str]]]:
    place = 0
    for run in _runs(search_key(text)):
        for index, unit in enumerate(run):
            yield place, [unit, *(unit + after for after in run[index + 1 : index + 2])]
            place += 1


def _runs(key: str) -> Iterator[list[str]]:
    """What stands next to each other: a word or a sign by itself, a dense script's characters as one list."""
    run: list[str] = []
    kind = ""
    for letter in _signs_joined(key):
        own = _kind(letter) if letter[0] != "_" else ""
        own = kind if own == "mark" and kind in {"word", "dense"} else own
        if own != kind or own == "sign":
            yield from _closed(kind, run)
            run, kind = [], own
        run.append(letter)
    yield from _closed(kind, run)


def _signs_joined(key: str) -> Iterator[str]:
    """Letter by letter, the two of a flag as one."""
    place = 0
    while place < len(key):
        flag = _FLAG.match(key, place)
        yield flag.group() if flag else key[place]
        place = flag.end() if flag else place + 1


def _closed(kind: str, run: list[str]) -> Iterator[list[str]]:
    if kind == "dense":
        yield _units("".join(run))
    elif kind in {"word", "sign"}:
        yield ["".join(run)[:MAX_LEXEME_LENGTH]]


def _units(text: str) -> list[str]:
    """Characters with the marks they carry."""
    units: list[str] = []
    for letter in text:
        if units and unicodedata.category(letter)[0] == "M" and len(units[-1]) < MAX_LEXEME_LENGTH // 2:
            units[-1] += letter
        else:
            units.append(letter)
    return units


def _kind(letter: str) -> str:
    category = unicodedata.category(letter[0])
    if category == "So":
        return "sign"
    if category[0] == "M":
        return "mark"
    if category[0] not in "LN":
        return ""
    return "dense" if _DENSE.match(letter) else "word"
