"""Whether a comment has one of somebody's hidden words. Pure functions."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from api.scripts import UNDIVIDED
from api.search_key import search_key

_UNDIVIDED = re.compile(f"[{UNDIVIDED}]")


@lru_cache(maxsize=20_000)
def word_key(word: str) -> str:
    """What decides which words are one, and what is looked for: the word as search folds it."""
    return search_key(word)


def has_any(text: str, words: Iterable[str]) -> bool:
    """Whether one of the words (or phrases, or emoji) stands in the text, however it is spelled: not within another
    word, but in a script that puts no spaces between them."""
    key = search_key(text)
    return any(_stands_in(key, word_key(word)) for word in words)


def _stands_in(text: str, word: str) -> bool:
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if not _goes_on(text[start - 1 : start], word[0]) and not _goes_on(word[-1], text[end : end + 1]):
            return True
        start = text.find(word, start + 1)
    return False


def _goes_on(left: str, right: str) -> bool:
    """Whether two characters side by side are of one word."""
    return _is_of_word(left) and _is_of_word(right)


def _is_of_word(letter: str) -> bool:
    is_letter = letter.isalnum() or (letter != "" and unicodedata.category(letter)[0] == "M")
    return is_letter and not _UNDIVIDED.match(letter)
