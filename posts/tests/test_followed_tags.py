"""Following tags and reading them as a list of their own."""

import pytest

from posts import actions
from posts.actions import gathering
from posts.models import TagFollow, newest
from posts.tests.test_tags import ids, pages, tagged
from tests.support import factories

pytestmark = pytest.mark.django_db


def test_following_is_repeatable(as_, alice, charlie):
    tagged(alice)
    for _ in range(2):
        answer = as_(charlie).put("/v1/tags/SEA/follow")
        assert (answer.status_code, answer.json()) == (200, {"following": True})
    assert TagFollow.objects.count() == 1
    assert as_(charlie).get("/v1/me/tags").json()["results"] == [{"name": "sea", "posts_count": 1, "following": True}]
    for _ in range(2):
        assert as_(charlie).delete("/v1/tags/sea/follow").status_code == 204
    assert as_(charlie).get("/v1/me/tags").json()["results"] == []


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_follow_once_and_never_past_the_cap(as_, alice, charlie, at_once, monkeypatch):
    monkeypatch.setattr(gathering, "MOST_TAGS_FOLLOWED", 3)  # two hundred would take long
    tagged(alice, "#a #b #c #d #e #f #g")
    answers = at_once([lambda: as_(charlie).put("/v1/tags/a/follow").status_code] * 4)
    assert answers == [200] * 4
    each = at_once([lambda name=name: as_(charlie).put(f"/v1/tags/{name}/follow") for name in "bcdefg"])
    assert sorted(answer.status_code for answer in each) == [200] * 2 + [409] * 4
    assert {answer.json().get("code") for answer in each if answer.status_code == 409} == {"tag_cap"}
    assert TagFollow.objects.count() == 3
    assert as_(charlie).put("/v1/tags/a/follow").status_code == 200  # at the cap, what is followed stays


def test_each_post_once_newest_first_and_not_in_the_feed(as_, alice, bob, charlie):
    both, sea, _, sky = (tagged(alice, text) for text in ("#sea #sky", "#sea", "#other", "#sky"))
    for name in ("sea", "sky"):
        as_(charlie).put(f"/v1/tags/{name}/follow")
    assert pages(as_(charlie), "/v1/me/tags/posts") == ids(sky, sea, both)
    assert pages(as_(charlie), "/v1/me/tags/posts", limit=1) == ids(sky, sea, both)
    assert as_(charlie).get("/v1/feed").json()["results"] == []
    assert pages(as_(bob), "/v1/me/tags/posts") == []


def test_deep_lists_are_complete(as_, alice, bob, charlie, monkeypatch):
    """A busy tag beside a quiet one: nothing is passed over where the few newest of the busy one end."""
    monkeypatch.setattr(newest, "FEWEST_OF_EACH", 2)
    monkeypatch.setattr(newest.candidates, "__kwdefaults__", {"most": 4, "of_each": None})  # for some hundreds of posts
    posts = [tagged(alice, "#quiet" if place in {0, 4, 9} else "#busy") for place in range(11)]
    for name in ("busy", "quiet"):
        as_(charlie).put(f"/v1/tags/{name}/follow")
    assert pages(as_(charlie), "/v1/me/tags/posts", limit=3) == ids(*posts[::-1])


def test_hidden_and_muted_people_are_left_out(as_, alice, bob, charlie, mallory):
    for person in (charlie, mallory):
        tagged(person, "#sea")
    mine = tagged(alice)
    for person in (bob, mallory, alice):
        as_(person).put("/v1/tags/sea/follow")
    assert len(pages(as_(bob), "/v1/me/tags/posts")) == 3
    factories.mute(bob, charlie)
    factories.block(bob, mallory)
    assert pages(as_(bob), "/v1/me/tags/posts") == ids(mine)
    assert str(mine.pk) not in pages(as_(mallory), "/v1/me/tags/posts")
    actions.archive(post=mine)
    assert pages(as_(bob), "/v1/me/tags/posts") == []
