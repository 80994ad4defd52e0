"""What a caption says: its `#tags` and `@names`. Pure functions on text."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from api.search_key import normalized_name
from posts.limits import MAX_TAG_LENGTH

# Runs like `#one#two`; not inside a word, an entity (`&#39;`) or an address (`/#top`).
_TAG_RUN = re.compile(r"(?<![\w&/])(?:[#＃][^\s#＃]+)+")
_NAME = re.compile(r"(?<![\w@./])@([A-Za-z0-9._]+)")


def is_tag(text: str) -> bool:
    """Letters, marks, digits and underscores of any script, at least one of them a letter, at most 100."""
    return (
        len(text) <= MAX_TAG_LENGTH  # first: to normalize a long run of marks takes the square of its length
        and all(_in_tag(letter) for letter in text)
        and any(unicodedata.category(letter)[0] == "L" for letter in text)
        and len(normalized_name(text)) <= MAX_TAG_LENGTH
    )


def tags_in(caption: str) -> list[str]:
    """The tags of a caption, in order, as written, each once."""
    return distinct(tag for tag in _tag_candidates(caption) if is_tag(tag))


def distinct(tags: Iterable[str]) -> list[str]:
    """The tags, each once (compared by their normalized names), as first written."""
    seen: dict[str, str] = {}
    for tag in tags:
        seen.setdefault(normalized_name(tag), tag)
    return list(seen.values())


def names_in(caption: str) -> list[str]:
    """The user names a caption mentions, lower case, in order, each once. They need not exist."""
    names = (match.group(1).rstrip(".").lower() for match in _NAME.finditer(caption))
    return list(dict.fromkeys(name for name in names if 3 <= len(name) <= 30))


def _tag_candidates(caption: str) -> Iterator[str]:
    for run in _TAG_RUN.finditer(caption):
        for word in re.split("[#＃]", run.group())[1:]:
            end = next((index for index, letter in enumerate(word) if not _in_tag(letter)), len(word))
            yield word[:end]


def _in_tag(letter: str) -> bool:
    return letter == "_" or unicodedata.category(letter)[0] in "LMN"
