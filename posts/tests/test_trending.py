"""Trending tags: by people, not by posts; of what is public; never empty because of a quiet hour."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions import update_profile
from api.ids import mint_at
from posts import actions, tasks
from posts.models import Post, PostTag, TrendingTag
from posts.tests.test_tags import tagged
from tests.support import factories

pytestmark = pytest.mark.django_db


def aged(post, age):
    number = mint_at(timezone.now() - age, post.pk & 1023)
    Post.objects.filter(pk=post.pk).update(timeline_id=number)
    PostTag.objects.filter(post=post).update(timeline_id=number)


def trending(client):
    return {row["name"]: row for row in client.get("/v1/trending/tags").json()["results"]}


def test_people_count_and_not_posts(as_, alice, bob, charlie):
    for _ in range(9):
        tagged(alice, "#buymine")
    for person in (alice, bob, charlie):
        tagged(person, "#eclipse")
    for _ in range(4):
        tagged(alice, "#couple")
    tagged(bob, "#couple")
    assert tasks.rank_trending() == tasks.rank_trending() == 2
    found = as_(charlie).get("/v1/trending/tags").json()
    assert found["next"] is None
    assert found["results"] == [
        {"name": "eclipse", "people_count": 3, "posts_count": 3, "window_hours": 24},
        {"name": "couple", "people_count": 2, "posts_count": 5, "window_hours": 24},
    ]


def test_what_is_usual_does_not_trend_above_what_is_new(as_, alice, bob, charlie):
    people = [factories.person() for _ in range(4)]
    for person in people:
        for day in (2, 4, 6):
            aged(tagged(person, "#everyday"), timedelta(days=day))
        tagged(person, "#everyday")
    for person in people[:3]:
        tagged(person, "#eclipse")
    TrendingTag.objects.all().delete()
    tasks.rank_trending()
    assert list(trending(as_(charlie))) == ["eclipse", "everyday"]


def test_a_quiet_day_is_filled_from_longer_windows(as_, alice, bob, charlie):
    for person in (alice, bob):
        aged(tagged(person, "#lastweek"), timedelta(days=3))
        aged(tagged(person, "#lastmonth"), timedelta(days=20))
    tasks.rank_trending()
    found = trending(as_(charlie))
    assert {name: row["window_hours"] for name, row in found.items()} == {"lastweek": 168, "lastmonth": 720}


def test_only_what_is_public_counts(as_, alice, bob, charlie):
    private = factories.person(private=True)
    for person in (alice, private):
        tagged(person, "#secret")
    for person in (alice, bob):
        actions.archive(post=tagged(person, "#gone"))
    tasks.rank_trending()
    assert trending(as_(charlie)) == {}


def test_a_tag_that_went_private_is_gone_by_the_next_request(as_, alice, bob, charlie, mallory):
    for person in (alice, bob):
        tagged(person, "#sea")
    tasks.rank_trending()
    assert list(trending(as_(charlie))) == ["sea"]
    for person in (alice, bob):
        update_profile(user=person, is_private=True)
    assert trending(as_(charlie)) == {}
    assert list(trending(as_(bob))) == ["sea"]
