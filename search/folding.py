"""How words are made comparable: for names, tags, places and captions alike."""

import unicodedata

STRIPPED = ("LATIN", "GREEK", "CYRILLIC")  # elsewhere a mark is part of the letter
LETTERS = str.maketrans(
    {
        "ı": "i",
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ħ": "h",
        "ŧ": "t",
        "\ufe0f": "",
    }
)


def fold(text: str) -> str:
    """Without case, width, and accents of Latin, Greek and Cyrillic; `İ`, `I`, `ı` and `i` are one, `ß` is `ss`."""
    wide = unicodedata.normalize("NFKC", text).casefold()
    kept: list[str] = []
    strips = False
    for char in unicodedata.normalize("NFD", wide):
        if not unicodedata.combining(char):
            strips = unicodedata.name(char, "").startswith(STRIPPED)
        elif strips:
            continue
        kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept)).translate(LETTERS)
