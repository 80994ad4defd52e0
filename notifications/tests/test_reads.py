"""What a page of notifications asks PostgreSQL."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from notifications import rows
from notifications.limits import MAX_COUNTED
from notifications.models import notifications
from notifications.models.notifications import NEWEST_LIKES
from posts.models import Reaction
from tests.support import factories

pytestmark = pytest.mark.django_db


def test_the_first_page_asks_once_for_the_causes_of_each():
    """By a column that is computed of them PostgreSQL would ask again for each filter, the order and the page."""
    sql = rows._window(count=21).statement.sql
    assert sql.count('FROM "notifications_cause"') == 1
    assert f"LIMIT {rows.LOOKED_AT}" in sql
    assert f"LIMIT {MAX_COUNTED}" not in sql
    assert f"LIMIT {NEWEST_LIKES}" not in sql  # which pays where many are counted


def test_few_actors_are_counted_with_them_and_many_by_one_statement_more(client_for, alice, shown):
    posts = [factories.post(alice) for _ in range(3)]
    people = [factories.person() for _ in range(6)]

    def like(post, fans):
        for person in fans:
            client_for(person).put(f"/v1/posts/{post.pk}/like")

    def cost():
        shown(alice)
        with CaptureQueriesContext(connection) as captured:
            body = client_for(alice).get("/v1/notifications").json()
        return [row["actors_count"] for row in body["results"]], len(captured)

    like(posts[0], people[:3])
    few, one = cost()
    like(posts[1], people[:4])
    many, two = cost()
    like(posts[2], people)
    most, three = cost()
    assert (few, many, most) == ([3], [4, 3], [6, 4, 3])
    assert (two, three) == (one + 1, one + 1)


def test_who_is_hidden_is_counted_on_no_page(client_for, alice, bob, shown):
    posts = [factories.post(alice) for _ in range(2)]
    people = [factories.person() for _ in range(5)]
    for person in people:
        for post in posts:
            client_for(person).put(f"/v1/posts/{post.pk}/like")
    shown(alice)
    factories.block(alice, people[4])
    factories.mute(alice, people[3])
    Reaction.objects.filter(user=people[0], post=posts[0]).delete()
    first = client_for(alice).get("/v1/notifications?limit=1").json()
    second = client_for(alice).get("/v1/notifications", {"limit": 1, "cursor": first["next"]}).json()
    counts = [(row["post"]["id"], row["actors_count"]) for body in (first, second) for row in body["results"]]
    assert sorted(counts) == sorted([(str(posts[0].pk), 2), (str(posts[1].pk), 3)])


@pytest.fixture(params=[1, NEWEST_LIKES])
def newest_likes(request, monkeypatch):
    """How many likes of a post are looked at together: fewer than it has, and more."""
    monkeypatch.setattr(notifications, "NEWEST_LIKES", request.param)
    rows._counts.cache_clear()
    yield
    rows._counts.cache_clear()


@pytest.mark.usefixtures("newest_likes")
def test_of_many_who_like_a_post_those_are_counted_who_are_there_and_do(client_for, alice, shown):
    post = factories.post(alice)
    people = [factories.person() for _ in range(9)]
    for person in people:
        client_for(person).put(f"/v1/posts/{post.pk}/like")
    assert [row["actors_count"] for row in shown(alice)] == [9]
    now = timezone.now()
    gone = {
        people[0]: {"deactivated_at": now},
        people[2]: {"suspended_at": now, "suspended_until": now + timedelta(days=1)},
        people[4]: {"suspended_at": now, "suspended_until": now - timedelta(days=1)},  # it has ended
        people[8]: {"deleted_at": now},
    }
    for person, fields in gone.items():
        User.objects.filter(pk=person.pk).update(**fields)
    client_for(people[5]).put(f"/v1/posts/{post.pk}/dislike")
    client_for(people[1]).delete(f"/v1/posts/{post.pk}/like")
    client_for(people[1]).put(f"/v1/posts/{post.pk}/like")
    assert [row["actors_count"] for row in shown(alice)] == [5]
    User.objects.filter(pk__in=[person.pk for person in gone]).update(
        deactivated_at=None, suspended_at=None, deleted_at=None
    )
    client_for(people[5]).put(f"/v1/posts/{post.pk}/like")
    assert [row["actors_count"] for row in shown(alice)] == [9]


def test_followers_and_who_likes_a_comment_are_counted_too(client_for, alice, bob, shown):
    comment = factories.comment(factories.post(bob), alice, "well")
    people = [factories.person() for _ in range(5)]
    for person in people:
        client_for(person).put(f"/v1/comments/{comment.pk}/like")
        client_for(person).put(f"/v1/users/{alice.username}/follow")
    factories.mute(alice, people[0])
    client_for(people[1]).delete(f"/v1/comments/{comment.pk}/like")
    counts = {row["kind"]: row["actors_count"] for row in shown(alice)}
    assert counts == {"comment_like": 3, "follow": 4}
