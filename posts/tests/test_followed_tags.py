"""Following tags and reading them as a list of their own."""

import pytest

from posts import actions
from posts.actions import label_counts
from posts.models import TagFollow, candidates
from posts.tests.test_tags import ids, pages, tagged
from tests.support import factories

pytestmark = pytest.mark.django_db


def test_following_is_repeatable(client_for, alice, charlie):
    tagged(alice)
    for _ in range(2):
        answer = client_for(charlie).put("/v1/tags/SEA/follow")
        assert (answer.status_code, answer.json()) == (200, {"following": True})
    assert TagFollow.objects.count() == 1
    assert client_for(charlie).get("/v1/me/tags").json()["results"] == [
        {"name": "sea", "posts_count": 1, "following": True}
    ]
    for _ in range(2):
        assert client_for(charlie).delete("/v1/tags/sea/follow").status_code == 204
    assert client_for(charlie).get("/v1/me/tags").json()["results"] == []


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_follow_once_and_never_past_the_cap(client_for, alice, charlie, run_concurrently, monkeypatch):
    monkeypatch.setattr(label_counts, "MAX_TAGS_FOLLOWED", 3)  # two hundred would take long
    tagged(alice, "#a #b #c #d #e #f #g")
    answers = run_concurrently([lambda: client_for(charlie).put("/v1/tags/a/follow").status_code] * 4)
    assert answers == [200] * 4
    each = run_concurrently([lambda name=name: client_for(charlie).put(f"/v1/tags/{name}/follow") for name in "bcdefg"])
    assert sorted(answer.status_code for answer in each) == [200] * 2 + [409] * 4
    assert {answer.json().get("code") for answer in each if answer.status_code == 409} == {"tag_cap"}
    assert TagFollow.objects.count() == 3
    assert client_for(charlie).put("/v1/tags/a/follow").status_code == 200  # at the cap, what is followed stays


def test_each_post_once_newest_first_and_not_in_the_feed(client_for, alice, bob, charlie):
    both, sea, _, sky = (tagged(alice, text) for text in ("#sea #sky", "#sea", "#other", "#sky"))
    for name in ("sea", "sky"):
        client_for(charlie).put(f"/v1/tags/{name}/follow")
    assert pages(client_for(charlie), "/v1/me/tags/posts") == ids(sky, sea, both)
    assert pages(client_for(charlie), "/v1/me/tags/posts", limit=1) == ids(sky, sea, both)
    assert client_for(charlie).get("/v1/feed").json()["results"] == []
    assert pages(client_for(bob), "/v1/me/tags/posts") == []


def test_deep_lists_are_complete(client_for, alice, bob, charlie, monkeypatch):
    """A busy tag beside a quiet one: nothing is passed over where the few newest of the busy one end."""
    monkeypatch.setattr(candidates, "MIN_OF_EACH", 2)
    monkeypatch.setattr(candidates, "MAX_CANDIDATES", 4)  # five hundred would take long
    posts = [tagged(alice, "#quiet" if place in {0, 4, 9} else "#busy") for place in range(11)]
    for name in ("busy", "quiet"):
        client_for(charlie).put(f"/v1/tags/{name}/follow")
    assert pages(client_for(charlie), "/v1/me/tags/posts", limit=3) == ids(*posts[::-1])


def test_hidden_and_muted_people_are_left_out(client_for, alice, bob, charlie, mallory):
    for person in (charlie, mallory):
        tagged(person, "#sea")
    mine = tagged(alice)
    for person in (bob, mallory, alice):
        client_for(person).put("/v1/tags/sea/follow")
    assert len(pages(client_for(bob), "/v1/me/tags/posts")) == 3
    factories.mute(bob, charlie)
    factories.block(bob, mallory)
    assert pages(client_for(bob), "/v1/me/tags/posts") == ids(mine)
    assert str(mine.pk) not in pages(client_for(mallory), "/v1/me/tags/posts")
    actions.archive(post=mine)
    assert pages(client_for(bob), "/v1/me/tags/posts") == []
