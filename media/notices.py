"""What a ready media lacks, or has otherwise, of its original: codes, and a sentence for each.

A column holds the codes, separated by spaces. No Django here: a confined child loads this file.
"""

from collections.abc import Iterable

NOTICES = {
    "sound_left_out": "It is shown without its sound, which is in a format that cannot be read, or beside a photo.",
    "colors_approximate": "The colors could not be converted as they should be: they may look pale.",
    "shown_still": "The picture moves, in a format of which only the first picture can be shown.",
    "motion_left_out": "The photo holds a short video as well: only the photo is shown.",
    "pictures_left_out": "The file holds more than one picture: only the main one is shown.",
    "subtitles_left_out": "The video is shown without its subtitles.",
    "shown_flat": "It was taken all around: it is shown flat, and one cannot look about in it.",
    "shown_for_one_eye": "It was taken for both eyes: what one of them sees is shown.",
    "shown_at_one_speed": "It is slowed down, sped up or held in places: it is shown at one speed.",
    "cut_short": "The file ends too early: the last moments of the video are missing.",
}


def joined(codes: Iterable[str]) -> str:
    """The codes as the column holds them: known ones, each once, in the order of NOTICES."""
    given = set(codes)
    return " ".join(code for code in NOTICES if code in given)


def described(text: str) -> list[dict[str, str]]:
    """What the column holds, as clients get it. A code that is not known any more is left out."""
    return [{"code": code, "detail": NOTICES[code]} for code in text.split() if code in NOTICES]
