"""Trending tags: by people, not by posts; of what is public; never empty because of a quiet hour."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions import update_profile
from api.ids import id_at
from posts import actions, tasks
from posts.models import Post, PostTag, TrendingTag
from posts.tests.test_tags import tagged
from tests.support import factories

pytestmark = pytest.mark.django_db


def aged(post, age):
    number = id_at(timezone.now() - age, post.pk & 1023)
    Post.objects.filter(pk=post.pk).update(timeline_id=number)
    PostTag.objects.filter(post=post).update(timeline_id=number)


def trending(client):
    return {row["name"]: row for row in client.get("/v1/trending/tags").json()["results"]}


def test_people_count_and_not_posts(client_for, alice, bob, charlie):
    for _ in range(9):
        tagged(alice, "#buymine")
    for person in (alice, bob, charlie):
        tagged(person, "#eclipse")
    for _ in range(4):
        tagged(alice, "#couple")
    tagged(bob, "#couple")
    assert tasks.rank_trending() == tasks.rank_trending() == 2
    found = client_for(charlie).get("/v1/trending/tags").json()
    assert found["next"] is None
    assert found["results"] == [
        {"name": "eclipse", "people_count": 3, "posts_count": 3, "window_hours": 24},
        {"name": "couple", "people_count": 2, "posts_count": 5, "window_hours": 24},
    ]


def test_what_is_usual_does_not_trend_above_what_is_new(client_for, alice, bob, charlie):
    people = [factories.person() for _ in range(4)]
    for person in people:
        for day in (2, 4, 6):
            aged(tagged(person, "#everyday"), timedelta(days=day))
        tagged(person, "#everyday")
    for person in people[:3]:
        tagged(person, "#eclipse")
    TrendingTag.objects.all().delete()
    tasks.rank_trending()
    assert list(trending(client_for(charlie))) == ["eclipse", "everyday"]


def test_a_quiet_day_is_filled_from_longer_windows(client_for, alice, bob, charlie):
    for person in (alice, bob):
        aged(tagged(person, "#lastweek"), timedelta(days=3))
        aged(tagged(person, "#lastmonth"), timedelta(days=20))
    tasks.rank_trending()
    found = trending(client_for(charlie))
    assert {name: row["window_hours"] for name, row in found.items()} == {"lastweek": 168, "lastmonth": 720}


def test_only_what_is_public_counts(client_for, alice, bob, charlie):
    private = factories.person(private=True)
    for person in (alice, private):
        tagged(person, "#secret")
    for person in (alice, bob):
        actions.archive(post=tagged(person, "#gone"))
    tasks.rank_trending()
    assert trending(client_for(charlie)) == {}


def test_a_tag_that_went_private_is_gone_by_the_next_request(client_for, alice, bob, charlie, mallory):
    for person in (alice, bob):
        tagged(person, "#sea")
    tasks.rank_trending()
    assert list(trending(client_for(charlie))) == ["sea"]
    for person in (alice, bob):
        update_profile(user=person, is_private=True)
    assert trending(client_for(charlie)) == {}
    assert list(trending(client_for(bob))) == ["sea"]


@pytest.mark.parametrize(
    "address", ["/v1/trending/tags?limit=1", "/v1/places/nearby?lat=1&lon=1&radius_m=5000&cursor=x"]
)
def test_what_is_one_page_takes_no_pages(client_for, alice, address):
    answer = client_for(alice).get(address, headers={"Prefer": "handling=strict"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "unknown_parameter")
    assert client_for(alice).get(address).status_code == 200
