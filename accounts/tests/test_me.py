"""Oneself: what one sees and may change."""

import pytest

from tests.support import factories
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db


def test_shows_what_others_do_not_see(alice, client_for):
    body = client_for(alice).get("/v1/me").json()
    assert (body["id"], body["email"], body["birth_date"]) == (str(alice.pk), "alice@example.com", "1990-05-17")
    assert "password" not in body


def test_nobody_has_no_self(client_for):
    answer = client_for(None).get("/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_changes_the_profile(alice, client_for):
    change = {"name": "A.", "bio": "Hills\nand 🌊", "website": "https://example.com/a", "is_private": True}
    body = client_for(alice).patch("/v1/me", change).json()
    assert {name: body[name] for name in change} == change


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"bio": "x" * 151}, "/bio"),
        ({"website": "javascript:alert(1)"}, "/website"),
        ({"website": "ftp://example.com"}, "/website"),
        ({"is_private": "perhaps"}, "/is_private"),
        ({"name": ""}, "/name"),
        ({"name": None}, "/name"),
    ],
)
def test_refuses(alice, client_for, change, pointer):
    answer = client_for(alice).patch("/v1/me", change)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_what_is_not_to_be_changed_stays(alice, client_for):
    client_for(alice).patch(
        "/v1/me", {"username": "eve", "is_staff": True, "followers_count": 7, "suspended_at": "2026-01-01"}
    )
    alice.refresh_from_db()
    assert (alice.username, alice.is_staff, alice.followers_count, alice.suspended_at) == ("alice", False, 0, None)


def test_opening_an_account_lets_in_whoever_asked(client_for):
    dora = factories.person("dora", private=True)
    fans = [factories.person() for _ in range(3)]
    for fan in fans:
        factories.follow(fan, dora, pending=True)
    client_for(dora).patch("/v1/me", {"is_private": False})
    drain()
    dora.refresh_from_db()
    assert dora.followers_count == 3
    assert client_for(fans[0]).get("/v1/users/dora").json()["viewer"]["following"] == "following"
