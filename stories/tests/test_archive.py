"""One's expired stories: paged, by month, with the number of each month."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from tests.support import factories

pytestmark = pytest.mark.django_db
ARCHIVE = "/v1/me/stories/archive"


def story_at(person, *moment):
    return factories.story(person, age=timezone.now() - datetime(*moment, tzinfo=UTC))


@pytest.fixture
def stories(alice):
    """Two of August, one on either edge of October, and one that is current."""
    past = [(2026, 8, 1), (2026, 8, 31, 23, 59, 59), (2026, 9, 30, 23, 59, 59), (2026, 10, 1), (2026, 10, 31, 23, 59)]
    return [*(story_at(alice, *moment) for moment in past), factories.story(alice)]


def ids(answer):
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def test_newest_first_in_pages(client_for, alice, bob, stories):
    expired = [str(story.pk) for story in reversed(stories[:-1])]
    assert ids(client_for(alice).get(ARCHIVE)) == expired
    first = client_for(alice).get(ARCHIVE, {"limit": 2}).json()
    second = client_for(alice).get(ARCHIVE, {"limit": 2, "cursor": first["next"]})
    assert [row["id"] for row in first["results"]] + ids(second) == expired[:4]
    assert ids(client_for(bob).get(ARCHIVE)) == []
    assert client_for(alice).get(ARCHIVE).json()["results"][0]["state"] == "expired"


def test_a_month_is_one_of_utc(client_for, alice, stories):
    for month, numbers in {"2026-08": [1, 0], "2026-09": [2], "2026-10": [4, 3], "2026-07": [], "2019-12": []}.items():
        assert ids(client_for(alice).get(ARCHIVE, {"month": month})) == [str(stories[number].pk) for number in numbers]


def test_months_with_their_numbers(client_for, alice, bob, stories):
    shown = client_for(alice).get(f"{ARCHIVE}/months").json()
    assert shown == {
        "results": [
            {"month": "2026-10", "count": 2},
            {"month": "2026-09", "count": 1},
            {"month": "2026-08", "count": 2},
        ],
        "next": None,
    }
    assert client_for(bob).get(f"{ARCHIVE}/months").json()["results"] == []


def test_december_ends_with_the_year(client_for, alice):
    inside, outside = story_at(alice, 2025, 12, 31, 23, 59, 59), story_at(alice, 2026, 1, 1)
    assert ids(client_for(alice).get(ARCHIVE, {"month": "2025-12"})) == [str(inside.pk)]
    assert ids(client_for(alice).get(ARCHIVE, {"month": "2026-01"})) == [str(outside.pk)]


@pytest.mark.parametrize("month", ["", "2026", "2026-13", "2026-00", "2026-1", "0000-01", "9999-12", "２０２６-01"])
def test_what_is_no_month_is_refused(client_for, alice, month):
    answer = client_for(alice).get(ARCHIVE, {"month": month})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/month")


def test_deleted_and_taken_down_ones_are_not_in_it(client_for, alice):
    day = timedelta(hours=25)
    factories.story(alice, age=day, deleted_at=timezone.now())
    factories.story(alice, age=day, removed_at=timezone.now())
    kept = factories.story(alice, age=day)
    assert ids(client_for(alice).get(ARCHIVE)) == [str(kept.pk)]
    assert [row["count"] for row in client_for(alice).get(f"{ARCHIVE}/months").json()["results"]] == [1]
