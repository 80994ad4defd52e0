"""The list of posts that one likes oneself, as far as one may still see them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from posts.models import Reaction
from tests.support import factories

pytestmark = pytest.mark.django_db


def liked(client, **query):
    return [post["id"] for post in client.get("/v1/me/likes", query).json()["results"]]


def test_liked_posts_are_listed_last_liked_first(client_for, alice, bob, charlie):
    posts = [factories.post(alice) for _ in range(3)]
    for number in (1, 2, 0):
        client_for(bob).put(f"/v1/posts/{posts[number].pk}/like")
    client_for(charlie).put(f"/v1/posts/{posts[1].pk}/like")
    assert liked(client_for(bob)) == [str(posts[number].pk) for number in (0, 2, 1)]
    assert liked(client_for(charlie)) == [str(posts[1].pk)]
    assert liked(client_for(alice)) == []
    shown = client_for(bob).get("/v1/me/likes").json()["results"][0]
    assert shown == client_for(bob).get(f"/v1/posts/{posts[0].pk}").json()


def test_a_dislike_is_no_like(client_for, alice, bob):
    post = factories.post(alice)
    client_for(bob).put(f"/v1/posts/{post.pk}/dislike")
    assert liked(client_for(bob)) == []
    client_for(bob).put(f"/v1/posts/{post.pk}/like")
    assert liked(client_for(bob)) == [str(post.pk)]
    client_for(bob).delete(f"/v1/posts/{post.pk}/like")
    assert liked(client_for(bob)) == []


def test_hidden_ones_are_left_out_and_come_back(client_for, alice, bob):
    post = factories.post(alice)
    client_for(bob).put(f"/v1/posts/{post.pk}/like")
    block = factories.block(alice, bob)
    assert liked(client_for(bob)) == []
    block.delete()
    assert liked(client_for(bob)) == [str(post.pk)]


def test_pages_are_stable_while_likes_are_added(client_for, alice, bob):
    posts = [factories.post(alice) for _ in range(4)]
    for post in posts[:3]:
        Reaction.objects.create(user=bob, post=post, kind="like")
    first = client_for(bob).get("/v1/me/likes?limit=2").json()
    client_for(bob).put(f"/v1/posts/{posts[3].pk}/like")
    assert liked(client_for(bob), cursor=first["next"]) == [str(posts[0].pk)]
    assert liked(client_for(bob), cursor=first["previous"]) == [str(posts[3].pk)]


def test_thirty_rows_cost_what_one_costs(client_for, alice, bob):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client_for(bob).get("/v1/me/likes?limit=100")
        return len(captured)

    Reaction.objects.create(user=bob, post=factories.post(alice), kind="like")
    one = queries()
    for _ in range(29):
        Reaction.objects.create(user=bob, post=factories.post(alice), kind="like")
    assert len(liked(client_for(bob), limit=100)) == 30
    assert queries() <= one
