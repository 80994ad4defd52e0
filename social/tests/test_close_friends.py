"""The list of one's close friends: one's own, silent, ended by a block."""

import pytest

from events.models import Event
from social.models import Block, CloseFriend
from tests.support import factories

pytestmark = pytest.mark.django_db
LIST = "/v1/me/close-friends"


def names(answer):
    assert answer.status_code == 200, answer.content
    return [row["username"] for row in answer.json()["results"]]


def test_added_listed_and_removed_and_each_repeats(alice, bob, client_for):
    browser = client_for(alice)
    for _ in range(2):
        answer = browser.put(f"{LIST}/BOB")
        assert (answer.status_code, answer.json()) == (200, {"close_friend": True})
    assert names(browser.get(LIST)) == ["bob"]
    assert Event.objects.filter(name="close_friend_added").count() == 1
    for _ in range(2):
        assert browser.delete(f"{LIST}/Bob").status_code == 204
    assert names(browser.get(LIST)) == []
    assert browser.delete(f"{LIST}/nobody").status_code == 204


def test_one_sees_whom_one_counts_as_close_and_nobody_sees_who_counts_them(alice, bob, charlie, client_for):
    client_for(alice).put(f"{LIST}/bob")
    assert client_for(alice).get("/v1/users/bob").json()["viewer"]["close_friend"] is True
    assert client_for(alice).get("/v1/relationships?username=bob").json()[0]["close_friend"] is True
    assert client_for(alice).get("/v1/users/alice/followers").json()["results"][0]["viewer"]["close_friend"] is True
    for other in (bob, charlie):
        assert client_for(other).get("/v1/users/alice").json()["viewer"]["close_friend"] is False
        assert names(client_for(other).get(LIST)) == []


def test_bob_is_answered_alike_whether_or_not_he_is_on_the_list(alice, bob, charlie, client_for):
    """As long as nothing is shared with close friends."""
    factories.post(alice)
    factories.story(alice)
    paths = (
        "users/alice",
        "users/alice/posts",
        "users/alice/followers",
        "feed",
        "stories",
        "relationships?username=alice",
    )

    def answers():
        return [client_for(bob).get(f"/v1/{path}").json() for path in paths]

    answers()  # builds his feed
    before = answers()
    client_for(alice).put(f"{LIST}/bob")
    assert answers() == before


def test_not_oneself_and_nobody_with_a_block_between(alice, mallory, client_for):
    assert client_for(alice).put(f"{LIST}/alice").json()["code"] == "conflict"
    assert client_for(alice).put(f"{LIST}/mallory").json()["code"] == "conflict"
    hidden, absent = (client_for(mallory).put(f"{LIST}/{name}") for name in ("alice", "nobody"))
    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content) == (404, absent.content)
    assert not CloseFriend.objects.exists()


@pytest.mark.parametrize("who_blocks", ["alice", "bob"])
def test_a_block_ends_it_both_ways_and_unblocking_brings_nothing_back(alice, bob, client_for, who_blocks):
    factories.close_friend(alice, bob)
    factories.close_friend(bob, alice)
    blocker, other = {"alice": (alice, "bob"), "bob": (bob, "alice")}[who_blocks]
    client_for(blocker).put(f"/v1/users/{other}/block")
    assert not CloseFriend.objects.exists()
    client_for(blocker).delete(f"/v1/users/{other}/block")
    assert not CloseFriend.objects.exists()


def test_whoever_is_removed_as_a_follower_is_no_close_friend_and_whoever_unfollows_is(alice, bob, client_for):
    factories.close_friend(alice, bob)
    client_for(bob).delete("/v1/users/alice/follow")
    assert names(client_for(alice).get(LIST)) == ["bob"]
    client_for(alice).delete("/v1/me/followers/bob")
    assert names(client_for(alice).get(LIST)) == []


def test_closeness_opens_no_private_account(charlie, client_for):
    dora = factories.person("dora", private=True)
    post = factories.post(dora, audience="close_friends")
    client_for(dora).put(f"{LIST}/charlie")
    assert client_for(charlie).get(f"/v1/posts/{post.pk}").status_code == 404
    assert client_for(charlie).get("/v1/users/dora/posts").status_code == 404
    factories.follow(charlie, dora)
    assert client_for(charlie).get(f"/v1/posts/{post.pk}").status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_adding_against_a_block_never_leaves_both(alice, bob, client_for, run_concurrently, attempt):
    calls = [
        *[lambda: client_for(alice).put(f"{LIST}/bob").status_code] * 4,
        lambda: client_for(bob).put("/v1/users/alice/block").status_code,
        *[lambda: client_for(bob).put(f"{LIST}/alice").status_code] * 3,
    ]
    assert set(run_concurrently(calls)) <= {200, 404, 409}
    assert Block.objects.exists()
    assert not CloseFriend.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_are_one(alice, bob, client_for, run_concurrently):
    assert run_concurrently([lambda: client_for(alice).put(f"{LIST}/bob").status_code] * 8) == [200] * 8
    assert CloseFriend.objects.count() == 1
    assert Event.objects.filter(name="close_friend_added").count() == 1
