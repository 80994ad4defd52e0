"""A post's words as a `tsvector`, and what is asked as a `tsquery`, both as PostgreSQL writes them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from api.search_key import name_key
from search.tokens import Token, document_tokens

LAST_POSITION = 16_000  # PostgreSQL knows none after 16,383
MAX_POSITIONS = 255  # of one lexeme; it forgets the 256th
MAX_TAG_LEXEME_LENGTH = 400  # characters: no tag folds to that many; PostgreSQL takes 2,046 bytes
BETWEEN_FIELDS = 10  # positions, so that no phrase begins in one field and ends in the next


def vector_of(*, author_id: int, tags: Sequence[str], caption: str, place: str, alt_texts: Iterable[str]) -> str:
    """The `tsvector` of a post: tags weigh A, caption B, place C, alternative texts D; its author and tags besides.

    What stands after position 16,000 is not indexed.
    """
    fields = [*((tag, "A") for tag in tags), (caption, "B"), (place, "C"), *((text, "D") for text in alt_texts)]
    places: dict[str, list[str]] = defaultdict(list)
    start = 1
    for text, weight in fields:
        tokens = document_tokens(text)
        for token in tokens:
            if start + token.position <= LAST_POSITION and len(places[token.lexeme]) < MAX_POSITIONS:
                places[token.lexeme].append(f"{start + token.position}{weight}")
        start += tokens[-1].position + BETWEEN_FIELDS if tokens else 0
    filters = [author_lexeme(author_id), *dict.fromkeys(tag_lexeme(tag) for tag in tags)]
    words = [f"{quoted(lexeme)}:{','.join(where)}" for lexeme, where in places.items() if where]
    return " ".join([*(quoted(lexeme) for lexeme in filters), *words])


def author_lexeme(author_id: int) -> str:
    """What marks posts of an author. No word contains `@`."""
    return f"@{author_id}"


def tag_lexeme(name: str) -> str:
    """What marks posts that carry exactly this tag. No word contains `#`."""
    return f"#{name_key(name)[:MAX_TAG_LEXEME_LENGTH]}"


def phrase(tokens: Sequence[Token], *, prefix: bool = False) -> str:
    """The tokens one after the other, as a `tsquery`; `prefix`: the last one may go on."""
    suffix = ":*" if prefix else ""
    parts = [_expression(token, "") for token in tokens[:-1]] + [_expression(tokens[-1], suffix)]
    gaps = [f"<{token.position - before.end}>" for before, token in pairwise(tokens)]
    return " ".join([parts[0], *(f"{gap} {part}" for gap, part in zip(gaps, parts[1:], strict=True))])


def _expression(token: Token, suffix: str) -> str:
    """A word, or one of several parts: written as one, or its parts one after the other."""
    joined = quoted(token.lexeme) + suffix
    return f"({joined} | ({' <1> '.join(map(quoted, token.parts))}{suffix}))" if token.parts else joined


def quoted(lexeme: str) -> str:
    """A lexeme inside a `tsvector` or `tsquery` literal."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
