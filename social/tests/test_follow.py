"""Following: at once or on request, always idempotent, counts equal rows."""

import pytest
from django.test import override_settings
from django.utils import timezone

from accounts.models import User
from events.models import Event
from social.models import Follow
from tests.support import factories

pytestmark = pytest.mark.django_db


def counts(user: User) -> tuple[int, int]:
    user.refresh_from_db()
    return user.following_count, user.followers_count


def test_a_public_account_is_followed_at_once(alice, charlie, client_for):
    for _ in range(2):
        answer = client_for(charlie).put("/v1/users/alice/follow")
        assert (answer.status_code, answer.json()) == (200, {"state": "following"})
    assert (counts(charlie), counts(alice)) == ((1, 0), (0, 1))
    assert Event.objects.filter(name="followed").count() == 1


def test_unfollow_takes_it_back_and_repeats(alice, bob, client_for):
    for _ in range(2):
        assert client_for(bob).delete("/v1/users/alice/follow").status_code == 204
    assert (counts(bob), counts(alice)) == ((0, 0), (0, 0))
    assert client_for(bob).delete("/v1/users/nobody/follow").status_code == 204


def test_a_private_account_is_asked(charlie, client_for):
    dora = factories.person("dora", private=True)
    for _ in range(2):
        assert client_for(charlie).put("/v1/users/dora/follow").json() == {"state": "requested"}
    assert counts(dora) == (0, 0)
    assert [row["username"] for row in client_for(dora).get("/v1/me/follow-requests").json()["results"]] == ["charlie"]
    for _ in range(2):
        answer = client_for(dora).post("/v1/me/follow-requests/charlie/accept")
        assert (answer.status_code, answer.json()) == (200, {"state": "following"})
    assert (counts(charlie), counts(dora)) == ((1, 0), (0, 1))
    assert client_for(dora).get("/v1/me/follow-requests").json()["results"] == []
    assert Event.objects.filter(name="request_accepted").count() == 1


def test_a_request_can_be_turned_down_or_taken_back(charlie, client_for):
    dora = factories.person("dora", private=True)
    client_for(charlie).put("/v1/users/dora/follow")
    for _ in range(2):
        assert client_for(dora).post("/v1/me/follow-requests/charlie/reject").status_code == 204
    client_for(charlie).put("/v1/users/dora/follow")
    client_for(charlie).delete("/v1/users/dora/follow")
    assert client_for(dora).post("/v1/me/follow-requests/charlie/accept").status_code == 404
    assert not Follow.objects.exists()


def test_sent_requests_are_listed_for_whoever_sent_them(bob, charlie, client_for):
    def sent() -> list[str]:
        rows = client_for(charlie).get("/v1/me/follow-requests/sent").json()["results"]
        assert all(row["viewer"]["following"] == "requested" for row in rows)
        return [row["username"] for row in rows]

    people = {name: factories.person(name, private=True) for name in ("dora", "emma", "fred", "gina")}
    for name in ("alice", "bob", *people):
        client_for(charlie).put(f"/v1/users/{name}/follow")
    assert sent() == ["gina", "fred", "emma", "dora"]
    factories.block(people["gina"], charlie)
    User.objects.filter(pk=people["fred"].pk).update(suspended_at=timezone.now())
    client_for(people["emma"]).post("/v1/me/follow-requests/charlie/accept")
    assert sent() == ["dora"]
    assert client_for(bob).get("/v1/me/follow-requests/sent").json()["results"] == []
    client_for(charlie).delete("/v1/users/dora/follow")
    assert sent() == []


def test_rejecting_an_accepted_follower_does_nothing_and_removing_does(alice, bob, client_for):
    client_for(alice).post("/v1/me/follow-requests/bob/reject")
    assert counts(alice) == (0, 1)
    for _ in range(2):
        assert client_for(alice).delete("/v1/me/followers/bob").status_code == 204
    assert (counts(bob), counts(alice)) == ((0, 0), (0, 0))


def test_one_does_not_follow_oneself(alice, client_for):
    answer = client_for(alice).put("/v1/users/alice/follow")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


@override_settings(FOLLOW_CAP=2)
def test_the_cap_holds_for_requests_too(charlie, client_for):
    people = [factories.person(private=number == 1) for number in range(3)]
    statuses = [client_for(charlie).put(f"/v1/users/{person.username}/follow").status_code for person in people]
    assert statuses == [200, 200, 409]
    assert client_for(charlie).put(f"/v1/users/{people[0].username}/follow").status_code == 200
