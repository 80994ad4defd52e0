"""Tags and places by name: matches, their order, typos, accents, and who finds what."""

import pytest

from accounts.actions import update_profile
from posts import actions
from posts.models import Tag
from search.names import places, tags
from tests.support import factories

pytestmark = pytest.mark.django_db


def share(author, *names, place=None):
    media = [factories.media(author).pk]
    return actions.publish(author=author, media_ids=media, tags=names, place=place)


def names(kind, viewer, text, limit=10):
    """All pages."""
    found, after = [], None
    while True:
        page = kind.find(viewer=viewer, text=text, after=after, limit=limit)
        found += [row.public_name for row in page.rows]
        after = page.after
        if after is None:
            return found


def test_the_best_match_first_then_what_more_posts_have(alice, charlie):
    share(alice, "sunset", "sunsetlover", "mysunset", "sunrise")
    for _ in range(2):
        share(alice, "sunsets")
    actions.count_label_uses()
    assert names(tags, charlie, "sunset") == ["sunset", "sunsets", "sunsetlover", "mysunset"]
    assert names(tags, charlie, "#SUNSET", limit=1) == ["sunset", "sunsets", "sunsetlover", "mysunset"]
    assert names(tags, charlie, "s")[0] == "sunsets"
    assert set(names(tags, charlie, "su")) == {"sunset", "sunsets", "sunsetlover", "sunrise"}


@pytest.mark.parametrize(
    ("written", "asked"),
    [("Galata", "galta"), ("Café de Flore", "cafe"), ("Cafe", "café"), ("İstanbul", "istanbul"), ("Iğdır", "igdir"),
     ("Straße", "strasse"), ("Łódź", "lodz"), ("Ακρόπολη", "ακροπολη"), ("東京", "東"), ("القاهرة", "القاهرة"),
     ("ＴＯＫＹＯ", "tokyo"), ("100% Coffee", "100%"), ("a_b", "a_"), ("हिन्दी", "हिन्दी")],
)  # fmt: skip
def test_accents_case_and_typos(alice, charlie, written, asked):
    share(alice, place=written)
    share(alice, place="Elsewhere")
    assert names(places, charlie, asked) == [written]


@pytest.mark.parametrize("text", ["", "   ", "#", "%", "_", "\\", "zzzzzz", "'"])
def test_what_matches_nothing_finds_nothing(alice, charlie, text):
    share(alice, "sea", place="Galata")
    assert names(tags, charlie, text) == names(places, charlie, text) == []


def test_nobody_finds_what_only_hidden_posts_have(alice, bob, charlie, mallory):
    post = share(alice, "hideaway", place="Hideaway")
    for kind, spelled in ((tags, "hideaway"), (places, "Hideaway")):
        assert names(kind, mallory, "hide") == []
        assert names(kind, charlie, "hide") == [spelled]
    update_profile(user=alice, is_private=True)
    for kind in (tags, places):
        assert names(kind, charlie, "hide") == []
        assert names(kind, bob, "hide") == ["hideaway"]
    actions.archive(post=post)
    assert names(tags, bob, "hide") == names(places, bob, "hide") == []


def test_rows_are_ready_for_display(alice, charlie, django_assert_max_num_queries):
    share(alice, "sea", place="Seaside")
    actions.follow_tag(user=charlie, tag=Tag.objects.get())
    with django_assert_max_num_queries(26):  # eight of them the bounds on their time; two for each kind of match
        tag = tags.find(viewer=charlie, text="sea", after=None, limit=5).rows[0]
        place = places.find(viewer=charlie, text="sea", after=None, limit=5).rows[0]
        assert (tag.public_count, tag.viewer_following, place.public_count) == (1, True, 1)
