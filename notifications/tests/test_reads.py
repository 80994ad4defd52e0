"""What a page of notifications asks PostgreSQL."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import rows
from notifications.limits import MAX_COUNTED
from posts.models import Reaction
from tests.support import factories

pytestmark = pytest.mark.django_db


def test_the_first_page_asks_once_for_the_causes_of_each():
    """By a column that is computed of them PostgreSQL would ask again for each filter, the order and the page."""
    sql = rows._window(count=21).statement.sql
    assert sql.count('FROM "notifications_cause"') == 1
    assert f"LIMIT {rows.LOOKED_AT}" in sql
    assert f"LIMIT {MAX_COUNTED}" not in sql


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
