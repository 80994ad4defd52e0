"""Popular public posts of people one does not follow: computed before, decided at read time, said why.

Mutants: no visibility rule; no exclusion of followees; the comments of one counted each; offsets into the newest list.
"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from api.ids import id_at
from api.redis import feeds
from posts.models import Post, Reaction
from search.explore import snapshots
from search.explore.ranking import varied
from search.tasks import compute_explore
from tests.support import factories


def liked(post, *people):
    for one in people:
        Reaction.objects.create(post=post, user=one, kind="like")
    Post.objects.filter(pk=post.pk).update(likes_count=len(people))
    return post


@pytest.fixture
def entries(client_for):
    def ask(viewer, query=""):
        answer = client_for(viewer).get(f"/v1/explore{query}")
        assert answer.status_code == 200, answer.content
        return answer.json()

    return ask


@pytest.fixture
def explored(entries):
    """`explored(charlie)`: the ids on the first page."""

    def ask(viewer):
        return [int(row["post"]["id"]) for row in entries(viewer)["results"]]

    return ask


def test_best_first_and_why(entries, alice, bob, charlie):
    dora = factories.person("dora")
    factories.follow(charlie, dora)
    plain = factories.post(alice)
    loved = liked(factories.post(bob), alice, dora)
    popular = liked(factories.post(factories.person()), alice)
    compute_explore()
    rows = entries(charlie)["results"]
    assert [int(row["post"]["id"]) for row in rows] == [loved.pk, popular.pk, plain.pk]
    kinds = [(row["reason"]["kind"], row["reason"]["count"]) for row in rows]
    assert kinds == [("liked_by_people_you_follow", 1), ("popular", 0), ("recent", 0)]
    assert [person["username"] for person in rows[0]["reason"]["people"]] == ["dora"]


def test_a_name_that_one_must_not_see_is_no_reason(entries, alice, charlie):
    dora = factories.person("dora")
    factories.follow(charlie, dora)
    liked(factories.post(alice), dora)
    compute_explore()
    for hide in (lambda: factories.block(dora, charlie), lambda: factories.mute(charlie, dora)):
        row = hide()
        assert entries(charlie)["results"][0]["reason"] == {"kind": "popular", "count": 0, "people": []}
        row.delete()
    assert entries(charlie)["results"][0]["reason"]["count"] == 1


def test_not_ones_own_nor_of_those_one_follows(explored, alice, bob, charlie):
    post = factories.post(alice)
    compute_explore()
    assert (explored(alice), explored(bob), explored(charlie)) == ([], [], [post.pk])


def test_what_is_hidden_leaves_by_the_next_request(explored, alice, charlie, mallory):
    post = factories.post(alice)
    compute_explore()
    assert explored(mallory) == []
    for field in ("archived_at", "deleted_at", "removed_at"):
        Post.objects.filter(pk=post.pk).update(**{field: timezone.now()})
        assert explored(charlie) == [], field
        Post.objects.filter(pk=post.pk).update(**{field: None})
    for change in ({"is_private": True}, {"suspended_at": timezone.now()}, {"deactivated_at": timezone.now()}):
        User.objects.get_queryset().filter(pk=alice.pk).update(**change)
        assert explored(charlie) == [], change
        User.objects.get_queryset().filter(pk=alice.pk).update(is_private=False, suspended_at=None, deactivated_at=None)
    for hide in (lambda: factories.mute(charlie, alice), lambda: factories.block(charlie, alice)):
        row = hide()
        assert explored(charlie) == []
        row.delete()
    assert explored(charlie) == [post.pk]


def test_private_posts_are_not_even_in_the_list(alice, charlie):
    factories.post(factories.person(private=True))
    factories.post(alice, live=False)
    open_post = factories.post(alice)
    compute_explore()
    assert snapshots.read().ids == [open_post.pk]


def test_nobody_makes_a_post_popular_alone(explored, alice, bob, charlie):
    dora, eva = factories.person(), factories.person()
    talked = factories.post(alice)
    for _ in range(8):
        factories.comment(talked, dora)
        factories.comment(talked, alice)
    own = liked(factories.post(bob), bob)
    two = liked(factories.post(dora), eva, alice, bob)
    compute_explore()
    assert explored(charlie) == [two.pk, talked.pk, own.pk]


def test_dislikes_and_age_count_against(explored, alice, bob, charlie):
    fans = [factories.person() for _ in range(2)]
    disliked = liked(factories.post(alice), *fans)
    Post.objects.filter(pk=disliked.pk).update(dislikes_count=2)
    number = id_at(timezone.now() - timedelta(days=1))
    old = liked(factories.post(bob), *fans)
    Post.objects.filter(pk=old.pk).update(timeline_id=number)
    fresh = factories.post(fans[0])
    compute_explore()
    assert explored(charlie) == [fresh.pk, old.pk, disliked.pk]


def test_two_of_an_author_in_twenty_while_there_are_others():
    one = [(number, 1) for number in range(30)]
    others = [(100 + number, 100 + number) for number in range(60)]
    order = varied(one + others)
    assert order[:2] == [0, 1]
    for start in range(45):
        assert sum(pk < 100 for pk in order[start : start + 20]) <= 2
    assert set(order) == {pk for pk, _ in one + others}
    assert varied(one) == [pk for pk, _ in one]


@pytest.mark.parametrize("age", [3, 40])
def test_a_quiet_instance_shows_what_it_has(explored, alice, charlie, age):
    post = factories.post(alice)
    Post.objects.filter(pk=post.pk).update(timeline_id=id_at(timezone.now() - timedelta(days=age)))
    compute_explore()
    assert explored(charlie) == [post.pk]


def test_before_the_first_computation_and_without_redis(explored, request, alice, charlie):
    post = factories.post(alice)
    assert explored(charlie) == [post.pk]
    compute_explore()
    feeds().flushdb()
    assert explored(charlie) == [post.pk]
    request.getfixturevalue("refused")
    assert explored(charlie) == [post.pk]
    assert explored(charlie) == [post.pk]


def test_pages_stay_in_their_version(entries, charlie):
    posts = [factories.post(factories.person()) for _ in range(6)]
    compute_explore()
    first = entries(charlie, "?limit=3")
    liked(posts[0], *[factories.person() for _ in range(5)])
    Post.objects.filter(pk=posts[4].pk).update(archived_at=timezone.now())
    before = snapshots.read().version
    snapshots.write(snapshots.Snapshot(before + 300, [posts[0].pk]))
    assert snapshots.read().ids == [posts[0].pk]
    second = entries(charlie, f"?limit=3&cursor={first['next']}")
    shown = [int(row["post"]["id"]) for row in first["results"] + second["results"]]
    assert shown == [post.pk for post in reversed(posts)]
    assert second["next"] is None


def test_computed_twice_it_is_the_same_list(alice, bob):
    posts = [factories.post(alice), factories.post(bob)]
    compute_explore()
    once = snapshots.read()
    compute_explore()
    assert snapshots.read() == once
    assert set(once.ids) == {post.pk for post in posts}


def test_a_post_stays_while_it_is_popular_among_many_new_ones(monkeypatch, alice, bob, explored, charlie):
    monkeypatch.setattr("search.explore.ranking.NEWEST", 1)  # as if there were 200,000 newer ones
    post = liked(factories.post(alice), bob)
    compute_explore()
    factories.post(bob)
    compute_explore()
    assert explored(charlie)[0] == post.pk


def test_one_costs_what_thirty_cost(entries, charlie):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            page = entries(charlie, "?limit=30")
        return len(page["results"]), len(captured)

    def post():
        author, fan = factories.person(), factories.person()
        for one in (author, fan):
            User.objects.get_queryset().filter(pk=one.pk).update(avatar=factories.media(one))
        factories.follow(charlie, fan)
        liked(factories.post(author), fan)

    post()
    compute_explore()
    one = cost()
    for _ in range(29):
        post()
    compute_explore()
    many = cost()
    assert (one[0], many[0]) == (1, 30)
    assert one[1] == many[1] <= 14


@pytest.mark.parametrize("cursor", ["x", "WyJleHBsb3JlIiwxXQ:abc"])
def test_a_made_up_cursor_is_refused(client_for, charlie, cursor):
    answer = client_for(charlie).get(f"/v1/explore?cursor={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")
