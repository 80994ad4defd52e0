"""Names and words as they are compared: one form that says which are the same, wider ones that say what finds them.

docs/api.md, "How names are compared", has the cases; docs/adr/0016-names-and-search-keys.md the reasons. Pure functions
of time n² in the length of a run of marks: check the length of what came from outside first.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_DOTLESS = {ord("ı"): "i"}
_DOTTED = re.compile("i\u0307+")  # what is left of İ without its case
_LETTERS = str.maketrans(
    {
        "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t",
        "ى": "ي", "ة": "ه", "ی": "ي", "ک": "ك", "ـ": None,
    }
)  # fmt: skip
_YO = re.compile("е\u0308+")  # ё, which Russian mostly writes as е; й is a letter of its own
_UNMARKED = ("LATIN", "GREEK", "HEBREW", "ARABIC")  # scripts that are written without their marks as often as with them
_GENDERED = re.compile("\u200d[\u2640\u2642]")
APOSTROPHES, HYPHENS = "'\u2018\u2019\u02b9\u02bb\u02bc\u05f3\u05f4", "-\u2010"
CONNECTORS = APOSTROPHES + HYPHENS + "._\u00b7\u2027\u30a0\u30fb"  # within a word: don't, e-mail, o.k., il·lusió
_NOT_IN_NAMES = re.compile(f"[{re.escape(CONNECTORS)}]")
_HYPHENS = re.compile(f"[{HYPHENS}]")
_TONES = re.compile("[\U0001f3fb-\U0001f3ff\ufe0e\ufe0f\u20e3]")


def normalized_name(text: str) -> str:
    """The form by which two names are one tag or place: NFKC, without case, single spaces, one letter i."""
    small = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    letters = _DOTTED.sub("i", small.translate(_DOTLESS))
    return " ".join(unicodedata.normalize("NFKC", letters).split())


def search_key(text: str) -> str:
    """The form by which everything is searched: the normalized name, further without accents (where they carry no
    meaning of their own), with digits of any script as ours, without skin tones and invisible letters.

    At most twice as long as the normalized name.
    """
    name = normalized_name(_TONES.sub("", _GENDERED.sub("", text)))
    letters = "".join(_without_marks(unicodedata.normalize("NFKD", name.translate(_LETTERS)))).translate(_LETTERS)
    return " ".join(unicodedata.normalize("NFC", _YO.sub("е", letters)).split())


def name_key(text: str) -> str:
    """The search key of a name as a whole: also without apostrophes, dots and underscores, hyphens as spaces. What is
    made of nothing else keeps them."""
    key = search_key(text)
    bare = _NOT_IN_NAMES.sub("", _HYPHENS.sub(" ", key))
    return search_key(bare) or key  # once more: a mark may have stood on what was left out


def _without_marks(letters: str) -> Iterator[str]:
    """The letters, without marks on those of scripts that do without; invisible ones left out, controls as spaces."""
    bare = False
    for letter in letters:
        category = unicodedata.category(letter)
        if category[0] == "M":
            if not bare:
                yield letter
        elif category != "Cf":
            bare = _is_of_unmarked_script(letter)
            yield str(unicodedata.digit(letter)) if category == "Nd" else " " if category[0] == "C" else letter


@lru_cache(maxsize=20_000)
def _is_of_unmarked_script(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(_UNMARKED)
