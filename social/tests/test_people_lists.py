"""Profiles and lists of people: who may see them, in pages, at a constant cost."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from social.models import Block
from tests.support import factories

pytestmark = pytest.mark.django_db


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["username"] for row in answer.json()["results"]]


def test_a_private_card_is_there_for_strangers_and_its_lists_are_not(charlie, client_for):
    dora, erin, frank = factories.person("dora", private=True), factories.person("erin"), factories.person("frank")
    factories.follow(erin, dora)
    factories.follow(frank, dora, pending=True)
    card = client_for(charlie).get("/v1/users/DORA").json()
    assert (card["username"], card["is_private"], card["followers_count"]) == ("dora", True, 1)
    for path in ["followers", "following", "mutuals"]:
        for stranger in (charlie, frank):
            assert client_for(stranger).get(f"/v1/users/dora/{path}").status_code == 404
        for friend in (erin, dora):
            assert client_for(friend).get(f"/v1/users/dora/{path}").status_code == 200
    assert names(client_for(erin).get("/v1/users/dora/followers")) == ["erin"]


def test_lists_leave_out_whom_one_blocks_and_who_is_gone(alice, bob, charlie, client_for):
    gone, blocked, blocker = factories.person("gone"), factories.person("blocked"), factories.person("blocker")
    for person in (gone, blocked, blocker):
        factories.follow(person, alice)
    factories.block(charlie, blocked)
    factories.block(blocker, charlie)
    User.objects.filter(pk=gone.pk).update(suspended_at=timezone.now())
    assert names(client_for(charlie).get("/v1/users/alice/followers")) == ["bob"]
    assert names(client_for(alice).get("/v1/users/alice/followers")) == ["blocker", "blocked", "bob"]


def test_blocks_leave_out_who_does_not_exist_for_one_and_can_be_taken_back(alice, bob, charlie, client_for):
    for person in (bob, charlie):
        factories.block(alice, person)
    factories.block(charlie, alice)
    assert names(client_for(alice).get("/v1/me/blocks")) == ["bob"]
    assert client_for(alice).delete("/v1/users/charlie/block").status_code == 204
    assert not Block.objects.filter(blocker=alice, blocked=charlie).exists()


def test_mutuals_are_their_followers_whom_i_follow(alice, bob, charlie, client_for):
    factories.follow(charlie, bob)
    factories.follow(factories.person(), alice)
    assert names(client_for(charlie).get("/v1/users/alice/mutuals")) == ["bob"]


def test_pages_are_stable_while_rows_are_added(alice, client_for):
    fans = [factories.person(f"fan{number}") for number in range(5)]
    for fan in fans:
        factories.follow(fan, alice)
    first = client_for(alice).get("/v1/users/alice/followers?limit=2")
    assert names(first) == ["fan4", "fan3"]
    assert f"cursor={first.json()['next']}"[:12] in first["Link"]
    factories.follow(factories.person("late"), alice)
    second = client_for(alice).get("/v1/users/alice/followers", {"limit": 2, "cursor": first.json()["next"]})
    third = client_for(alice).get("/v1/users/alice/followers", {"limit": 2, "cursor": second.json()["next"]})
    assert names(second) + names(third) == ["fan2", "fan1", "fan0"]
    assert third.json()["next"] is None
    assert 'rel="next"' not in third["Link"]


@pytest.mark.parametrize("cursor", ["abc", "WyJhIiwxXQ", "0", "%00", "é", "a:b:c", "x" * 5000])
def test_a_made_up_cursor_is_a_400(alice, client_for, cursor):
    answer = client_for(alice).get(f"/v1/users/alice/followers?cursor={cursor}")
    assert answer.status_code == 400
    assert answer.json()["code"] in {"invalid_cursor", "bad_request"}


def test_a_cursor_of_another_list_is_a_400(alice, bob, client_for):
    for _ in range(3):
        factories.follow(factories.person(), alice)
    cursor = client_for(alice).get("/v1/users/alice/followers?limit=1").json()["next"]
    assert client_for(alice).get("/v1/users/bob/followers", {"cursor": cursor}).status_code == 400


@pytest.mark.parametrize(
    ("limit", "status"), [("0", 400), ("-1", 400), ("abc", 400), ("٣", 400), ("1e3", 400), ("999", 200)]
)
def test_limits(alice, client_for, limit, status):
    assert client_for(alice).get("/v1/users/alice/followers", {"limit": limit}).status_code == status


LISTS = [
    *("users/alice/followers", "users/alice/following", "users/bob/mutuals"),
    *("me/follow-requests", "me/follow-requests/sent", "me/blocks", "me/mutes"),
]


@pytest.mark.parametrize("path", LISTS)
def test_thirty_rows_cost_what_one_costs(alice, bob, client_for, path):
    def add() -> None:
        person = factories.person()
        avatar = factories.media(person)
        User.objects.filter(pk=person.pk).update(avatar=avatar)
        for follower, followee in ((person, alice), (alice, person), (person, bob)):
            factories.follow(follower, followee)
        factories.follow(factories.person(), alice, pending=True)
        factories.follow(alice, factories.person(private=True), pending=True)
        factories.block(alice, factories.person())
        factories.mute(alice, person)

    def queries(rows: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert len(client_for(alice).get(f"/v1/{path}?limit=100").json()["results"]) in {rows, rows + 1}
        return len(captured)

    add()
    one = queries(1)
    for _ in range(29):
        add()
    assert queries(30) == one <= 5


def test_relationships_in_one_call(alice, bob, charlie, mallory, client_for):
    answer = client_for(bob).get("/v1/relationships?username=alice&username=Charlie&username=nobody")
    assert [(row["username"], row["following"]) for row in answer.json()] == [("alice", "following"), ("charlie", None)]
    assert client_for(mallory).get("/v1/relationships?username=alice").json() == []
    assert client_for(bob).get("/v1/relationships").status_code == 400
    many = "&".join(f"username=u{number}" for number in range(101))
    assert client_for(bob).get(f"/v1/relationships?{many}").status_code == 400
