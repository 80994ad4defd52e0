"""Whether a text shows anything: letters that leave no mark on the page make no name and no comment."""

import unicodedata

_SPACES = {"Zs", "Zl", "Zp", "Cc"}
# Letters, signs and marks that are drawn as nothing: what DerivedCoreProperties.txt calls Default_Ignorable_Code_Point
# outside of the category Cf, and three that are blank by their drawing (Braille, the empty note head, Khitan's filler).
_BLANK = frozenset(
    [
        *"\u034f\u115f\u1160\u17b4\u17b5\u2065\u2800\u3164\uffa0\U0001d159\U00016fe4",
        *map(chr, range(0x180B, 0x1810)),
        *map(chr, range(0xFE00, 0xFE10)),
        *map(chr, range(0xFFF0, 0xFFF9)),
        *map(chr, range(0xE0000, 0xE1000)),
    ]
)
# Of the category Cf, but drawn: Prepended_Concatenation_Mark in PropList.txt.
_DRAWN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")


def is_blank(text: str) -> bool:
    """Whether nothing in the text is drawn: spaces, controls, fillers, selectors. Linear in its length."""
    return not any(_is_drawn(letter) for letter in text)


def _is_drawn(letter: str) -> bool:
    category = unicodedata.category(letter)
    return letter in _DRAWN or (category != "Cf" and category not in _SPACES and letter not in _BLANK)
