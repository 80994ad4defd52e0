"""A bound on what normalizing a text may cost.

NFC and its relatives sort each run of combining marks by insertion, so a text that is one long run costs the square
of its length, while the interpreter's lock is held. No language needs long runs: Unicode's Stream-Safe Text Format
(UAX #15) takes 30 marks after a letter as its limit, and so does this.
"""

import unicodedata

MAX_MARKS = 30


def has_long_run_of_marks(text: str) -> bool:
    """Whether more than `MAX_MARKS` combining marks stand in a row. Linear in the length of the text."""
    if text.isascii():
        return False
    run = 0
    for letter in text:
        run = run + 1 if unicodedata.combining(letter) else 0
        if run > MAX_MARKS:
            return True
    return False
