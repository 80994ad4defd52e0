"""What a person can be found by: the words of their name and user name, and how far one is from another."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise

from api.search_key import APOSTROPHES, HYPHENS, name_key, search_key

MAX_WORD_LENGTH = 30  # as the longest user name
MAX_WORDS = 24
MAX_TYPOS = 2
_JOINING = APOSTROPHES + HYPHENS
CJK = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")


@dataclass(frozen=True)
class Name:
    """A query or a person's name, made comparable: as written, and in words."""

    whole: str
    words: list[str]
    compact: str = ""  # as a user name without its dots and underscores

    @property
    def key(self) -> str:
        """What is looked up: the longest word. The others are asked of those who have it."""
        return max(self.words, key=len, default=self.whole)


def words_of(text: str) -> list[str]:
    """Letters, digits and marks that stand together; each emoji alone. Each once, in the order of the text."""
    return list(dict.fromkeys(word for word, _ in _cut(text)))


def _cut(text: str) -> Iterator[tuple[str, bool]]:
    """Each word, and whether an apostrophe or a hyphen joins it to the one before."""
    word, is_joined, joins = "", False, False
    for char in f"{search_key(text)} ":
        kind = unicodedata.category(char)
        if kind[0] in "LNM" and char not in _JOINING:
            word, is_joined, joins = word + char, is_joined if word else joins, False
            continue
        if word:
            yield word[:MAX_WORD_LENGTH], is_joined
        joins, word = bool(word) and char in _JOINING, ""
        if kind in ("So", "Sk"):
            yield char, False


def _as_one(text: str) -> list[str]:
    """The words, those that an apostrophe or a hyphen joins as one."""
    words: list[str] = []
    for word, is_joined in _cut(text):
        if is_joined and words:
            words[-1] += word
        else:
            words.append(word)
    return list(dict.fromkeys(word[:MAX_WORD_LENGTH] for word in words))


def asked(text: str) -> Name:
    """What was typed into the field; a leading `@` is how people write user names."""
    whole = search_key(text).strip().removeprefix("@")
    return Name(whole[:MAX_WORD_LENGTH], _as_one(whole)[:5], name_key(whole)[:MAX_WORD_LENGTH])


def entries_for(*, username: str, name: str) -> dict[str, bool]:
    """Each word a person is found by, and whether it is the user name itself.

    Two words that stand side by side are found as one, too, and a user name without its dots and underscores. Where
    words are not divided (Chinese, Japanese, Korean), every ending of a word is one too.
    """
    handle = search_key(username)
    pairs = (f"{one}{other}"[:MAX_WORD_LENGTH] for (one, _), (other, _) in pairwise(_cut(name)))
    words = dict.fromkeys([*words_of(name), *words_of(username), *_as_one(name), *pairs])
    endings = (word[start:] for word in words for start in range(1, len(word)) if _is_undivided(word[start]))
    return {**dict.fromkeys(islice([*words, *endings], MAX_WORDS), False), handle: True, name_key(username): True}


def weight_of(followers: int) -> int:
    """Popularity in steps of doubling, so that an order by it seldom changes: 0 for none, 1 for one, 27 for 10⁸."""
    return followers.bit_length()


@lru_cache(maxsize=4096)  # of hundreds of people few words are different
def typos_between(one: str, other: str, most: int) -> int:
    """Letters to change, add, drop or swap with their neighbour; `most + 1` for all that is further."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return min(row[-1], most + 1)


def typos_allowed(word: str) -> int:
    """None in words that short that every other would do; two in long ones."""
    return 0 if len(word) < 4 else 1 if len(word) < 8 else MAX_TYPOS


def swapped(word: str) -> list[str]:
    """The word with each two neighbours swapped: trigrams, which find other typos, hardly notice these."""
    return [word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)]


def _is_undivided(char: str) -> bool:
    return unicodedata.name(char, "").startswith(CJK)
