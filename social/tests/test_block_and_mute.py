"""Blocks end follows both ways and make one disappear; mutes are silent."""

import pytest

from social.models import Block, Follow, Mute
from tests.support import factories

pytestmark = pytest.mark.django_db


def test_a_block_ends_follows_both_ways(alice, bob, client_for):
    factories.follow(alice, bob)
    for _ in range(2):
        assert client_for(alice).put("/v1/users/bob/block").json() == {"blocking": True}
    assert not Follow.objects.exists()
    alice.refresh_from_db()
    assert (alice.followers_count, alice.following_count) == (0, 0)
    assert client_for(bob).get("/v1/users/alice").status_code == 404
    assert client_for(bob).put("/v1/users/alice/follow").status_code == 404
    assert client_for(alice).get("/v1/users/bob").json()["viewer"]["blocking"] is True
    assert client_for(alice).put("/v1/users/bob/follow").status_code == 409


def test_unblock_repeats_and_brings_no_follow_back(alice, mallory, client_for):
    for _ in range(2):
        assert client_for(alice).delete("/v1/users/mallory/block").status_code == 204
    assert not Block.objects.exists()
    assert client_for(mallory).get("/v1/users/alice").json()["viewer"]["following"] is None


def test_hidden_and_absent_answer_alike(alice, mallory, client_for):
    for method, path in [("get", ""), ("get", "/followers"), ("put", "/follow"), ("put", "/block"), ("put", "/mute")]:
        hidden = getattr(client_for(mallory), method)(f"/v1/users/alice{path}")
        absent = getattr(client_for(mallory), method)(f"/v1/users/nobody{path}")
        assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content) == (404, hidden.content)
        assert set(hidden.headers) == set(absent.headers)


def test_my_blocks_and_mutes_are_listed_for_me(alice, mallory, bob, client_for):
    client_for(alice).put("/v1/users/bob/mute")
    assert [row["username"] for row in client_for(alice).get("/v1/me/blocks").json()["results"]] == ["mallory"]
    assert [row["username"] for row in client_for(alice).get("/v1/me/mutes").json()["results"]] == ["bob"]
    assert client_for(bob).get("/v1/me/mutes").json()["results"] == []


def test_a_mute_repeats_and_ends(alice, bob, client_for):
    for _ in range(2):
        assert client_for(bob).put("/v1/users/alice/mute").json() == {"muting": True, "until": None}
    assert Mute.objects.count() == 1
    assert client_for(bob).get("/v1/users/alice").json()["viewer"] == {
        "following": "following", "followed_by": False, "blocking": False, "muting": True, "muted_until": None,
        "close_friend": False,
    }  # fmt: skip
    for _ in range(2):
        assert client_for(bob).delete("/v1/users/alice/mute").status_code == 204
    assert not Mute.objects.exists()


@pytest.mark.parametrize("relation", ["block", "mute"])
def test_not_oneself(alice, client_for, relation):
    assert client_for(alice).put(f"/v1/users/alice/{relation}").status_code == 409


@pytest.mark.parametrize(("path", "make"), [("mutes", factories.mute), ("blocks", factories.block)])
def test_ones_own_list_has_whom_one_blocks_and_not_who_has_blocked_one(alice, bob, charlie, client_for, path, make):
    for person in (bob, charlie):
        make(alice, person)
    client = client_for(alice)
    client.put("/v1/users/bob/block")
    factories.block(charlie, alice)
    assert [row["username"] for row in client.get(f"/v1/me/{path}").json()["results"]] == ["bob"]
    for name in ("bob", "charlie"):
        assert client.delete(f"/v1/users/{name}/{path[:-1]}").status_code == 204
    assert client.get(f"/v1/me/{path}").json()["results"] == []
