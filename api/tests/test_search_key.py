"""Normalized names and search keys: the table of docs/api.md, and what holds for any text.

Mutants: no second NFKC; no casefold; ё or ة left as they are; й folded; a dotted İ left with its dot.
"""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.search_key import normalized_name, search_key
from pystagram.environment import ROOT

HEAD = "| Written | Search key | One name | What it shows |"
texts = st.text(
    st.one_of(st.sampled_from("iIıİ\u0307\u0301еЁё\u0308\u0323ßςΣةهىی\ufe0f\u200dﾞｶé"), st.characters()), max_size=60
)


def cases():
    found = []
    lines = (ROOT / "docs/api.md").read_text().partition(HEAD)[2].partition("\n\n")[0].splitlines()[2:]
    for line in lines:
        written, key, one_name, _ = (cell.strip() for cell in line.strip("|").split("|"))
        found.append((re.findall("`([^`]+)`", written), key.strip("`"), one_name))
    return found


@pytest.mark.parametrize(("written", "key", "one_name"), cases())
def test_the_table_of_cases(written, key, one_name):
    assert len(set(written)) == len(written), "the same text twice shows nothing"
    assert {search_key(text) for text in written} == {key}
    assert (len({normalized_name(text) for text in written}) == 1) == (one_name == "yes")


def test_the_table_is_there():
    assert len(cases()) >= 20


@example("i\u0307\u0307")
@example("é\u200d\u033f")
@example("е\u0308\u0308")
@given(texts)
def test_again_changes_nothing(text):
    assert normalized_name(normalized_name(text)) == normalized_name(text)
    assert search_key(search_key(text)) == search_key(text)


@given(texts)
def test_one_name_has_one_search_key(text):
    assert search_key(normalized_name(text)) == search_key(text)


@given(texts)
def test_a_search_key_fits_where_its_name_does(text):
    assert len(search_key(text)) <= 2 * len(normalized_name(text))


@given(texts)
def test_case_does_not_make_another_name(text):
    composed = unicodedata.normalize("NFKC", text)  # the marks in their order, which case conversion counts on
    assert normalized_name(composed.casefold()) == normalized_name(text)


@pytest.mark.parametrize(("one", "other"), [("мой", "мои"), ("あ", "ア"), ("か", "が"), ("कि", "क"), ("日", "曰")])
def test_what_is_another_word_is_another_key(one, other):
    assert search_key(one) != search_key(other)


def test_white_space_and_invisible_characters():
    assert normalized_name(" two\u3000 words\n") == "two words"
    assert search_key("zero\u200bwidth, \u202bturned\u202c\x00") == "zerowidth, turned"
