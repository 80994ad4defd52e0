"""Tags and names in captions, for any text that people may type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.search_key import normalized_name
from posts.captions import distinct, is_tag, names_in, tags_in
from posts.limits import MAX_TAG_LENGTH

captions = st.text(st.one_of(st.sampled_from("#＃@&/ ._aAßİé९हि日"), st.characters(codec="utf-8")), max_size=300)


@given(captions)
def test_what_is_found_is_a_tag_that_can_be_stored(caption):
    tags = tags_in(caption)
    assert all(is_tag(tag) and tag in caption for tag in tags)
    assert all(1 <= len(normalized_name(tag)) <= MAX_TAG_LENGTH for tag in tags)
    assert len({normalized_name(tag) for tag in tags}) == len(tags)


@given(captions)
def test_what_is_found_is_a_name_that_somebody_could_have(caption):
    names = names_in(caption)
    assert all(3 <= len(name) <= 30 and name == name.lower() and f"@{name}" in caption.lower() for name in names)
    assert len(set(names)) == len(names)


def test_what_is_alike_is_kept_as_first_written():
    assert distinct(["Sea", "SEA", "sky", "sea"]) == ["Sea", "sky"]


@pytest.mark.parametrize(
    ("caption", "names"),
    [
        ("@Bob, @carol! (@dave)", ["bob", "carol", "dave"]),
        ("thanks @bob.", ["bob"]),
        ("@a.b_c...", ["a.b_c"]),
        ("me@example.com x.@bob https://x.example/@bob @@bob", []),
        ("@ab @" + "x" * 31, []),
    ],
)
def test_who_is_named(caption, names):
    assert names_in(caption) == names
