"""What a caption says: its `#tags` and `@names`. docs/captions.md is the grammar, with tables that are its test.

Pure functions on text in NFC, of time linear in its length.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from functools import lru_cache
from typing import NamedTuple

from api.normalization import has_long_run_of_marks
from api.scripts import UNDIVIDED
from api.search_key import normalized_name, search_key
from posts.limits import MAX_TAG_LENGTH

TAG_SIGNS = "#＃﹟"
NAME_SIGNS = "@＠﹫"
JOINERS = "\u200c\u200d\u180e"  # choose how the letters beside them are drawn
MEDIAL = (
    "\u00b7\u0387\u05f4\u0f0b\u0f0c\u2027\u30a0\u30fb\uff65"  # middle dots and the like: part of a word they are in
)
# Drawn as nothing, within words: soft hyphen, grapheme joiner, variation selectors.
UNSEEN = "\u00ad\u034f\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
_FILLERS = "\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # letters that are drawn as nothing

_CUT = "\0"  # stands for each character of an address: nothing begins at it or right behind it
_BINDING = f"&{_CUT}{NAME_SIGNS}"
_NAME_CHARACTER = r"[A-Za-z0-9_]"
_LOCAL = rf"(?:(?![{UNDIVIDED}])[\w.%+'-])"  # before the @ of an e-mail address
_LABEL = r"""[^\s\0-,./:-@\[-^`{-\x7f«»\u2010-\u206f\u3000-\u303f\uff00-\uff0f\uff1a-\uff20]"""
_DOMAIN = rf"(?:{_LABEL}++\.)+[^\W\d_]{_LABEL}++"
_REST = r"""[^\s<>"«»“”„、。，！？；：（）「」『』【】〈〉《》]*+"""
_ADDRESS = re.compile(
    rf"""
      (?<![A-Za-z0-9+.-])[A-Za-z0-9+.-]++(?<=[A-Za-z0-9])://{_REST}  # https://x.example/#top
    | (?<!{_LOCAL}){_LOCAL}++(?<=[^.])@{_DOMAIN}(?:[/?]{_REST})?      # me@x.example
    | (?<![{NAME_SIGNS}{TAG_SIGNS}.])(?<!{_LABEL}){_DOMAIN}(?=/|\?[\w.-]+=|:\d){_REST}  # x.example/@me
    """,
    re.VERBOSE,
)
_KEYCAP = re.compile("[0-9#*]\ufe0f?\u20e3")
_SIGN = re.compile(f"[{TAG_SIGNS}{NAME_SIGNS}]")
_NAME = re.compile(rf"{_NAME_CHARACTER}+(?:\.{_NAME_CHARACTER}+)*")
_UNDIVIDED = re.compile(f"[{UNDIVIDED}]")
_UNSEEN = re.compile(f"[{UNSEEN}]")
_NOT_IN_KEYS = re.compile(f"[{UNSEEN}{JOINERS}]")


class Entity(NamedTuple):
    """A tag or a name, without its sign, and where it stands, with its sign."""

    is_tag: bool
    text: str
    start: int
    end: int


class _Kind(Enum):
    LETTER = auto()
    MEDIAL = auto()
    JOINER = auto()
    UNSEEN = auto()
    OTHER = auto()


def entities_in(caption: str) -> Iterator[Entity]:
    """The tags and names of a caption, in order. Addresses and keycaps are cut out first."""
    text = _KEYCAP.sub(lambda found: " " * len(found[0]), caption)
    text = _ADDRESS.sub(lambda found: _CUT * len(found[0]), text)
    end_of_tag = -1
    for sign in _SIGN.finditer(text):
        start = sign.start()
        if sign[0] in NAME_SIGNS:
            entity = None if _is_within_word(text, start) else _name_at(text, start)
        else:  # right behind another tag as well: `#sea#sky`
            entity = None if start != end_of_tag and _is_within_word(text, start) else _tag_at(text, start)
            end_of_tag = entity.end if entity else -1
        if entity is not None:
            yield entity


def tags_in(caption: str) -> list[str]:
    """The tags of a caption, in order, as written, each once."""
    return distinct(entity.text for entity in entities_in(caption) if entity.is_tag)


def names_in(caption: str) -> list[str]:
    """The user names a caption mentions, lower case, in order, each once. They need not exist."""
    names = (entity.text.lower() for entity in entities_in(caption) if not entity.is_tag)
    return list(dict.fromkeys(names))


def tag_named(text: str) -> str | None:
    """The tag that a text is, with or without its sign: as a caption would have it. None if it is none."""
    if len(text) > 4 * MAX_TAG_LENGTH or has_long_run_of_marks(text):
        return None
    bare = _UNSEEN.sub("", unicodedata.normalize("NFC", text).lstrip(TAG_SIGNS))
    tag, end = _run_at(bare, 0)
    return tag if end == len(bare) and _is_tag(tag) else None


def tag_key(tag: str) -> str:
    """What decides which tags are one: the normalized name, without what only chooses how letters are drawn."""
    return normalized_name(_NOT_IN_KEYS.sub("", tag)).strip(MEDIAL)


def distinct(tags: Iterable[str]) -> list[str]:
    """The tags, each once (compared by their keys), as first written."""
    seen: dict[str, str] = {}
    for tag in tags:
        seen.setdefault(tag_key(tag), tag)
    return list(seen.values())


def _is_within_word(text: str, start: int) -> bool:
    """Whether what stands before goes on here: a word, an address, `&` (of `&#39;`) or another `@`."""
    before = text[start - 1 : start]
    return before != "" and (before in _BINDING or _is_divided_letter(before))


def _name_at(text: str, start: int) -> Entity | None:
    """The name behind a sign. Behind it no letter may go on: `@josé` does not mean `jos`."""
    found = _NAME.match(text, start + 1)
    if not found or not 3 <= len(found[0]) <= 30:
        return None
    after = text[found.end() : found.end() + 1]
    if after == _CUT or (after and _is_divided_letter(after)):
        return None
    return Entity(False, found[0], start, found.end())


def _is_divided_letter(letter: str) -> bool:
    return _kind(letter) is _Kind.LETTER and not _UNDIVIDED.match(letter)


def _tag_at(text: str, start: int) -> Entity | None:
    tag, end = _run_at(text, start + 1)
    return Entity(True, tag, start, end) if _is_tag(tag) else None


def _is_tag(tag: str) -> bool:
    """Short enough, and with a letter by which it can be found."""
    if not 0 < len(tag) <= MAX_TAG_LENGTH:  # first: to normalize a long run of marks takes the square of its length
        return False
    key = tag_key(tag)
    return len(key) <= MAX_TAG_LENGTH and any(unicodedata.category(letter)[0] == "L" for letter in search_key(key))


def _run_at(text: str, start: int) -> tuple[str, int]:
    """The word that begins here, without what is not seen, and its end."""
    word: list[str] = []
    between, end = "", start
    for place in range(start, len(text)):
        letter = text[place]
        kind = _kind(letter)
        if kind is _Kind.LETTER or (kind is _Kind.JOINER and not between and _is_virama(word)):
            word += [between, letter] if between else [letter]
            between, end = "", place + 1
        elif kind in (_Kind.JOINER, _Kind.MEDIAL) and word and not between:
            between = letter
        elif kind is not _Kind.UNSEEN or not word:
            break
    return "".join(word), end


def _is_virama(word: list[str]) -> bool:
    """Whether a joiner may end the word, as in the older spelling of Malayalam's chillus."""
    return bool(word) and unicodedata.combining(word[-1]) == 9


@lru_cache(maxsize=20_000)
def _kind(letter: str) -> _Kind:
    if letter in JOINERS:
        return _Kind.JOINER
    if letter in MEDIAL:
        return _Kind.MEDIAL
    if _UNSEEN.match(letter):
        return _Kind.UNSEEN
    if letter == "\u05f3" or (letter not in _FILLERS and _is_continue(letter)):
        return _Kind.LETTER
    return _Kind.OTHER


def _is_continue(letter: str) -> bool:
    """Whether what it is normalized to goes on an identifier (UAX #31, XID_Continue), also in older Unicode."""
    plain = unicodedata.normalize("NFKC", letter)
    return unicodedata.category(letter) != "Me" and f"a{plain}".isidentifier()
