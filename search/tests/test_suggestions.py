"""People one may know, with a reason that tells nothing one may not know.

Mutants: no visibility rule; followed people suggested; a reason that names whom the viewer must not see.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from search.models import DismissedSuggestion
from search.people.actions import index_person
from tests.support import factories


@pytest.fixture
def suggested(client_for):
    """`suggested(bob)`: name → (kind, count, who is named), in order."""

    def ask(viewer):
        answer = client_for(viewer).get("/v1/suggestions")
        assert answer.status_code == 200, answer.content
        return {
            row["user"]["username"]: (
                row["reason"]["kind"],
                row["reason"]["count"],
                sorted(person["username"] for person in row["reason"]["people"]),
            )
            for row in answer.json()["results"]
        }

    return ask


@pytest.fixture
def dana(alice, bob, charlie):
    """bob follows alice and charlie, who both follow dana."""
    user = factories.person("dana")
    factories.follow(bob, charlie)
    for one in (alice, charlie):
        factories.follow(one, user)
    return user


BOTH = ("followed_by_people_you_follow", 2, ["alice", "charlie"])


def test_friends_of_friends_then_followers_then_popular(suggested, alice, bob, charlie, dana):
    eva, fan = factories.person("eva"), factories.person("fan")
    factories.follow(charlie, eva)
    factories.follow(fan, bob)
    star = factories.person("star", followers_count=1000)
    index_person(user_id=star.pk)
    assert list(suggested(bob).items()) == [
        ("dana", BOTH),
        ("eva", ("followed_by_people_you_follow", 1, ["charlie"])),
        ("fan", ("follows_you", 0, [])),
        ("star", ("popular_here", 0, [])),
    ]


def test_somebody_new_gets_popular_people(suggested, alice, bob):
    for user in (alice, bob):
        index_person(user_id=user.pk)
    assert list(suggested(factories.person("newcomer"))) == ["alice", "bob"]


def test_whom_one_knows_is_not_suggested(suggested, bob, dana):
    index_person(user_id=dana.pk)
    index_person(user_id=bob.pk)
    assert list(suggested(bob)) == ["dana"]
    row = factories.follow(bob, dana)
    assert "dana" not in suggested(bob)
    row.delete()
    row = factories.follow(bob, dana, pending=True)
    assert "dana" not in suggested(bob)
    row.delete()
    row = factories.mute(bob, dana)
    assert "dana" not in suggested(bob)
    row.delete()
    assert suggested(bob)["dana"] == BOTH


def test_whoever_is_blocked_or_inactive_is_not_suggested(suggested, bob, dana):
    for blocker, blocked in ((bob, dana), (dana, bob)):
        row = factories.block(blocker, blocked)
        assert suggested(bob) == {}
        row.delete()
    User.objects.get_queryset().filter(pk=dana.pk).update(suspended_at=timezone.now())
    assert suggested(bob) == {}


def test_a_reason_names_only_whom_the_viewer_may_see(suggested, alice, bob, charlie, dana):
    row = factories.block(alice, bob)
    assert suggested(bob)["dana"] == ("followed_by_people_you_follow", 1, ["charlie"])
    row.delete()
    row = factories.mute(bob, alice)
    assert suggested(bob)["dana"][1:] == (1, ["charlie"])
    row.delete()
    User.objects.get_queryset().filter(pk=alice.pk).update(is_private=True)
    assert suggested(bob)["dana"] == BOTH  # alice has accepted bob
    User.objects.get_queryset().filter(pk=alice.pk).update(deactivated_at=timezone.now())
    assert suggested(bob)["dana"][1:] == (1, ["charlie"])


def test_a_request_that_is_not_accepted_shows_nothing(suggested, bob):
    hidden, friend = factories.person("hidden", private=True), factories.person("friend")
    factories.follow(bob, hidden, pending=True)
    factories.follow(hidden, friend)
    assert suggested(bob) == {}


def test_a_private_account_is_suggested_as_a_card(client_for, bob, dana):
    User.objects.get_queryset().filter(pk=dana.pk).update(is_private=True)
    (row,) = client_for(bob).get("/v1/suggestions").json()["results"]
    assert row["user"] == {
        "id": str(dana.pk), "username": "dana", "name": "Dana", "avatar": None, "is_private": True,
    }  # fmt: skip


def test_dismissed_people_stay_away(client_for, suggested, bob, charlie, dana):
    for name in ("dana", "DANA", "nobody.here", "bob"):
        assert client_for(bob).delete(f"/v1/suggestions/{name}").status_code == 204
    assert suggested(bob) == {}
    assert list(DismissedSuggestion.objects.values_list("user", "person")) == [(bob.pk, dana.pk)]


def test_pages_show_each_once(client_for, bob, charlie):
    factories.follow(bob, charlie)
    for _ in range(5):
        factories.follow(charlie, factories.person())
    seen, address = [], "/v1/suggestions?limit=2"
    while address:
        answer = client_for(bob).get(address)
        seen += [row["user"]["id"] for row in answer.json()["results"]]
        cursor = answer.json()["next"]
        address = f"/v1/suggestions?limit=2&cursor={cursor}" if cursor else None
    assert len(seen) == len(set(seen)) == 5
    assert client_for(bob).get(f"/v1/suggestions?cursor={cursor or 'x'}").status_code == 400


def test_one_costs_what_thirty_cost(client_for, bob, charlie):
    def cost():
        client_for(bob).get("/v1/suggestions?limit=30")  # renders the cards that are not there yet
        with CaptureQueriesContext(connection) as captured:
            rows = client_for(bob).get("/v1/suggestions?limit=30").json()["results"]
        return len(rows), len(captured)

    def friend():
        user = factories.person()
        User.objects.get_queryset().filter(pk=user.pk).update(avatar=factories.media(user))
        factories.follow(charlie, user)

    factories.follow(bob, charlie)
    User.objects.get_queryset().filter(pk=charlie.pk).update(avatar=factories.media(charlie))
    friend()
    one = cost()
    for _ in range(29):
        friend()
    many = cost()
    assert (one[0], many[0]) == (1, 30)
    assert one[1] == many[1] <= 12
