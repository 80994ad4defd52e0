"""The grammar of captions: docs/captions.md's tables, and what holds for any text.

Mutants: addresses are not cut out; a joiner or middle dot ends a tag; undivided scripts are as others; a tag needs no
letter.
"""

import re
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.names import USERNAME
from posts.captions import (
    JOINERS,
    MEDIAL,
    NAME_SIGNS,
    TAG_SIGNS,
    distinct,
    entities_in,
    names_in,
    tag_key,
    tag_named,
    tags_in,
)
from posts.limits import MAX_TAG_LENGTH
from pystagram.environment import ROOT

HEAD = "| Script | Caption | Tags | Mentions |"
SCRIPTS = 12
signs = "#＃﹟@＠﹫&/ ._-:?=aAßİıeéह\u093f\u094d日かﾞ한글กםش" + JOINERS + MEDIAL + "\u0301\u00ad\ufe0f\u20e3\u3164\u0140"
captions = st.text(st.one_of(st.sampled_from(signs), st.characters(codec="utf-8")), max_size=300)
words = st.text(st.one_of(st.sampled_from(signs), st.characters(codec="utf-8")), max_size=20)


def cases() -> Iterator[tuple[str, str, list[str], list[str]]]:
    for line in (ROOT / "docs/captions.md").read_text().splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == 4 and cells[1].startswith("`"):
            script, caption, tags, mentions = (re.sub(r"\\u\{(\w+)\}", _character, cell) for cell in cells)
            yield (
                script,
                caption[1:-1].replace("\\|", "|"),
                re.findall("`([^`]+)`", tags),
                re.findall("`([^`]+)`", mentions),
            )


def _character(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


def test_the_tables_are_there():
    found = list(cases())
    assert len(found) >= 150
    assert len({caption for _, caption, _, _ in found}) == len(found), "the same caption twice shows nothing"
    assert len({script for script, *_ in found} - {"signs"}) >= SCRIPTS


def test_the_tables_of_cases():
    """One test for all of them: a failure names every row that is wrong."""
    wrong = []
    for _, caption, tags, mentions in cases():
        sent = unicodedata.normalize("NFC", caption)
        if (tags_in(sent), names_in(sent)) != (tags, mentions):
            wrong.append(f"{caption!r}: {tags_in(sent)} {names_in(sent)} instead of {tags} {mentions}")
    assert not wrong, "\n".join(wrong)


def test_the_list_and_the_address_take_what_a_caption_has():
    tags = {tag for _, _, tags, _ in cases() for tag in tags}
    assert {tag for tag in tags if not tag_named(tag) == tag_named(f"＃{tag}") == tag} == set()


@pytest.mark.parametrize(
    "text", ["", "#", "a b", "a#b", "sea·", "·sea", "1", "_", "1️⃣", "🌊", "\u3164", "sea\u200d", "x" * 101]
)
def test_what_is_not_one_tag(text):
    assert tag_named(text) is None


@example("#a\u0140")
@given(captions)
def test_entities_lie_in_the_caption_one_after_the_other(caption):
    end = 0
    for entity in entities_in(caption):
        assert end <= entity.start < entity.end <= len(caption)
        assert caption[entity.start] in (TAG_SIGNS if entity.is_tag else NAME_SIGNS)
        written = caption[entity.start + 1 : entity.end]
        assert entity.text == re.sub("[\u00ad\u034f\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]", "", written)
        end = entity.end


@given(captions)
def test_what_is_found_is_a_tag_that_can_be_stored_and_found(caption):
    tags = tags_in(caption)
    assert all(tag_named(tag) == unicodedata.normalize("NFC", tag) for tag in tags)
    assert all(1 <= len(tag_key(tag)) <= MAX_TAG_LENGTH for tag in tags)
    assert len({tag_key(tag) for tag in tags}) == len(tags)


@given(words)
def test_a_key_is_a_tag_with_the_same_key(word):
    tag = tag_named(word)
    if tag is not None:
        key = tag_key(tag)
        assert tag_key(key) == key
        assert tag_named(key) is not None
        assert tag_key(tag_named(key) or "") == key


@given(words)
def test_a_tag_alone_is_found_in_a_caption(word):
    tag = tag_named(word)
    if tag is not None:
        assert tags_in(f"look: #{tag} there") == [tag]


@given(captions)
def test_what_is_found_is_a_name_that_somebody_could_have(caption):
    names = names_in(caption)
    assert all(3 <= len(name) <= 30 and USERNAME.fullmatch(name) and name in caption.lower() for name in names)
    assert len(set(names)) == len(names)


def test_what_is_alike_is_kept_as_first_written():
    assert distinct(["Sea", "SEA", "sky", "sea", "s\u200cea"]) == ["Sea", "sky"]


PARTS = [
    "a", "a.", "a@", "a.b@", "#a", "#", "@a", "a:/", "://", "a.bc/", "@a.", "\u0301", "#\u200d", "#a·", "1\ufe0f", "日",
    "?a", "x.yy?", "a@b.c", "[a.b", "-", "#\u0301",
]  # fmt: skip


@pytest.mark.parametrize("part", PARTS)
def test_time_grows_with_the_length(part):
    """A hundred thousand characters: what took their square would not end before the test's time is over."""
    list(entities_in(part * (100_000 // len(part))))
