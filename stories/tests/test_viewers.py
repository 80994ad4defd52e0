"""Who has seen a story: for its author alone, with times, without the blocked and the away."""

import pytest
from django.utils import timezone

from accounts.models import User
from stories.models import Seen
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(alice):
    return factories.story(alice)


def viewers(client, story):
    answer = client.get(f"/v1/stories/{story.pk}/viewers")
    assert answer.status_code == 200, answer.content
    return [row["user"]["username"] for row in answer.json()["results"]]


def test_the_last_to_see_it_first_with_times(client_for, alice, bob, charlie, story):
    for person in (bob, charlie, bob):
        client_for(person).put(f"/v1/stories/{story.pk}/seen")
    rows = client_for(alice).get(f"/v1/stories/{story.pk}/viewers").json()["results"]
    assert [row["user"]["username"] for row in rows] == ["charlie", "bob"]
    assert set(rows[0]) == {"user", "seen_at"}
    assert rows[0]["seen_at"] > rows[1]["seen_at"]


@pytest.mark.parametrize("away", ["suspended_at", "deactivated_at", "deleted_at"])
def test_whoever_is_away_is_left_out(client_for, alice, bob, charlie, story, away):
    for person in (bob, charlie):
        client_for(person).put(f"/v1/stories/{story.pk}/seen")
    User.objects.filter(pk=bob.pk).update(**{away: timezone.now()})
    assert viewers(client_for(alice), story) == ["charlie"]


@pytest.mark.parametrize("direction", ["by her", "by them"])
def test_blocked_and_blocking_people_are_left_out(client_for, alice, bob, charlie, story, direction):
    for person in (bob, charlie):
        client_for(person).put(f"/v1/stories/{story.pk}/seen")
    factories.block(*((alice, bob) if direction == "by her" else (bob, alice)))
    assert viewers(client_for(alice), story) == ["charlie"]


def test_nobody_else_is_told(client_for, bob, charlie, mallory, story):
    assert client_for(bob).get(f"/v1/stories/{story.pk}/viewers").status_code == 403
    assert client_for(charlie).get(f"/v1/stories/{story.pk}/viewers").status_code == 403
    assert client_for(mallory).get(f"/v1/stories/{story.pk}/viewers").status_code == 404


def test_pages_at_a_constant_cost(client_for, alice, story, django_assert_num_queries):
    people = [factories.person() for _ in range(5)]
    Seen.objects.create(story=story, viewer=people[0])
    viewers(client_for(alice), story)
    with django_assert_num_queries(3):
        viewers(client_for(alice), story)
    for person in people[1:]:
        Seen.objects.create(story=story, viewer=person)
    with django_assert_num_queries(3):
        assert len(viewers(client_for(alice), story)) == 5
    address = f"/v1/stories/{story.pk}/viewers"
    first = client_for(alice).get(address, {"limit": 3}).json()
    rest = client_for(alice).get(address, {"limit": 3, "cursor": first["next"]}).json()
    shown = [row["user"]["username"] for row in first["results"] + rest["results"]]
    assert shown == [person.username for person in reversed(people)]
