"""What a limited person shares is for their accepted followers alone; their card, and following them, stay.

Mutants: a rule that looks at `is_private` alone; a limited person who is suggested.
"""

import pytest

from accounts.actions import limit, unlimit
from posts.tasks import count_label_uses, rank_trending
from search.people.actions import index_person
from search.posts.actions import index_posts
from search.tasks import compute_explore
from social.models import Follow
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(alice):
    """Alice with one of everything that gathers posts of many."""
    point = {"media_latitude": "41.015137", "media_longitude": "28.979530", "shown_latitude": "41.015137"}
    post = factories.post(alice, "lighthouse", place="Pier", shown_longitude="28.979530", **point)
    factories.tagged(post, "harbour")
    story = factories.story(alice)
    index_posts(post_ids=[post.pk])
    index_person(user_id=alice.pk)
    highlight = factories.highlight(alice, [story])
    compute_explore()
    return {"post": post, "story": story, "highlight": highlight}


def paths_of(world):
    """Those that are 404 for whoever may not see, and lists that lack what they may not see."""
    post, story, highlight = world["post"].pk, world["story"].pk, world["highlight"].pk
    named = [f"posts/{post}", f"posts/{post}/comments", f"posts/{post}/likes", f"stories/{story}", "users/alice/posts"]
    named += [f"highlights/{highlight}", "users/alice/stories", "users/alice/highlights", "users/alice/followers"]
    named += ["tags/harbour", f"places/{world['post'].place_id}"]
    lists = ["explore", "search?type=posts&q=lighthouse", "search?type=tags&q=harbour", "search?type=places&q=pier"]
    return named, lists


def shown(client, world):
    named, lists = paths_of(world)
    found = {path: client.get(f"/v1/{path}").status_code == 200 for path in named}
    return found | {path: client.get(f"/v1/{path}").json()["results"] != [] for path in lists}


def test_followers_alone_see_what_a_limited_person_shares(client_for, alice, bob, charlie, world):
    named, lists = paths_of(world)
    before = shown(client_for(charlie), world)
    assert all(before.values()), before
    assert limit(user_id=alice.pk)
    compute_explore()
    after = shown(client_for(charlie), world)
    assert not any(after.values()), after
    to_bob = shown(client_for(bob), world)
    assert [path for path in to_bob if not to_bob[path]] == ["explore"]  # which holds nothing of who is followed
    assert [row["id"] for row in client_for(bob).get("/v1/feed").json()["results"]] == [str(world["post"].pk)]
    assert all(client_for(alice).get(f"/v1/{path}").status_code == 200 for path in named)
    assert unlimit(user_id=alice.pk)
    compute_explore()
    assert shown(client_for(charlie), world) == before
    assert lists


def test_the_card_does_not_tell_and_whoever_follows_sees(client_for, alice, charlie, world):
    before = client_for(charlie).get("/v1/users/alice").json()
    limit(user_id=alice.pk)
    assert client_for(charlie).get("/v1/users/alice").json() == {**before, "mutuals_count": None}
    assert [row["username"] for row in client_for(charlie).get("/v1/search?type=users&q=alice").json()["results"]] == [
        "alice"
    ]
    assert client_for(charlie).put("/v1/users/alice/follow").json() == {"state": "following"}
    assert Follow.objects.accepted().filter(followee=alice).exists()
    assert client_for(charlie).get(f"/v1/posts/{world['post'].pk}").status_code == 200


def test_they_are_not_suggested_and_their_tags_do_not_trend(client_for, alice, charlie, world):
    other = factories.post(factories.person(), "x")
    factories.tagged(other, "harbour")

    def suggested():
        return [row["user"]["username"] for row in client_for(charlie).get("/v1/suggestions").json()["results"]]

    def trending():
        rank_trending()
        count_label_uses()
        return client_for(charlie).get("/v1/trending/tags").json()["results"]

    assert "alice" in suggested()
    assert trending()
    limit(user_id=alice.pk)
    assert "alice" not in suggested()
    assert not trending()  # one person alone is no trend
