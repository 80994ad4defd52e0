"""The tokens that text is cut into for search. Pure functions; documents and queries alike.

PostgreSQL's own parser drops emoji, does not cut Chinese or Japanese, and knows one language at a time; so the lexemes
are made here and PostgreSQL only stores and finds them (docs/adr/0013-lexemes-from-python.md).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from api.scripts import UNDIVIDED
from api.search_key import CONNECTORS, search_key

MAX_LEXEME_LENGTH = 64  # characters; PostgreSQL takes 2,046 bytes
MAX_JOINED = 4  # parts of a word of which each run of them is found, too; of more only all together
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_DENSE = re.compile(f"[{UNDIVIDED}]")  # cut into pairs of characters
_MIDDLE_DOT = re.compile(f"(?<=[{UNDIVIDED}])[\u00b7\u2027\u30a0\u30fb](?=[{UNDIVIDED}])")


@dataclass(frozen=True)
class Token:
    """A lexeme at its position, counted from 0. One of several parts (don't, e-mail) covers as many positions."""

    lexeme: str
    position: int
    parts: tuple[str, ...] = ()

    @property
    def end(self) -> int:
        return self.position + max(0, len(self.parts) - 1)


@dataclass(frozen=True)
class _Run:
    """What stands next to each other: the parts of a word, a sign by itself, a dense script's characters."""

    units: list[str]
    is_dense: bool = False


def document_tokens(text: str) -> list[Token]:
    """Every token by which `text` is found: of dense scripts each character and each pair, of a word of several parts
    each part, and what they are if written as one."""
    return [Token(lexeme, place) for place, units in _placed(text) for lexeme in units]


def query_tokens(text: str) -> list[Token]:
    """The fewest tokens that say `text`: of a pair of characters the pair, and a character only if it stands alone."""
    tokens: list[Token] = []
    start = 0
    for run in _runs(_key(text)):
        if run.is_dense:
            pairs = ["".join(pair) for pair in pairwise(run.units)] or run.units
            tokens += [Token(lexeme, start + place) for place, lexeme in enumerate(pairs)]
        else:
            tokens.append(Token(_joined(run.units), start, tuple(run.units) if len(run.units) > 1 else ()))
        start += len(run.units)
    return tokens


def _key(text: str) -> str:
    return _MIDDLE_DOT.sub("", search_key(text))


def _joined(parts: list[str]) -> str:
    return "".join(parts)[:MAX_LEXEME_LENGTH]


def _placed(text: str) -> Iterator[tuple[int, list[str]]]:
    place = 0
    for run in _runs(_key(text)):
        for index, unit in enumerate(run.units):
            pair = [unit + after for after in run.units[index + 1 : index + 2]] if run.is_dense else []
            yield place + index, [unit, *pair]
        if not run.is_dense:
            yield from _wholes(run.units, place)
        place += len(run.units)


def _wholes(parts: list[str], place: int) -> Iterator[tuple[int, list[str]]]:
    """Parts written as one, where the first and where the last of them stands."""
    count = len(parts)
    shortest = 2 if count <= MAX_JOINED else count
    for length in range(shortest, count + 1):
        for first in range(count - length + 1):
            whole = [_joined(parts[first : first + length])]
            yield place + first, whole
            yield place + first + length - 1, whole


def _runs(key: str) -> Iterator[_Run]:
    word: list[str] = []
    glue = ""
    for kind, text in _spans(key):
        if kind == "word":
            if word and (len(glue) != 1 or glue not in CONNECTORS):
                yield _Run(word)
                word = []
            word.append(text[:MAX_LEXEME_LENGTH])
            glue = ""
        elif kind in {"dense", "sign"}:
            yield from [_Run(word)] if word else []
            word, glue = [], ""
            yield _Run(_units(text), is_dense=True) if kind == "dense" else _Run([text])
        else:
            glue = text
    if word:
        yield _Run(word)


def _spans(key: str) -> Iterator[tuple[str, str]]:
    """The key in pieces of one kind; each sign by itself."""
    kind, text = "", ""
    for letter in _signs_joined(key):
        own = _kind(letter)
        own = kind if own == "mark" and kind in {"word", "dense"} else own
        if own != kind or own == "sign":
            yield from [(kind, text)] if text else []
            kind, text = own, ""
        text += letter
    yield from [(kind, text)] if text else []


def _signs_joined(key: str) -> Iterator[str]:
    """Letter by letter, the two of a flag as one."""
    place = 0
    while place < len(key):
        flag = _FLAG.match(key, place)
        yield flag.group() if flag else key[place]
        place = flag.end() if flag else place + 1


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
    if category[0] not in "LN" or letter in CONNECTORS:
        return ""
    return "dense" if _DENSE.match(letter) else "word"
