"""Saving posts: one's own list, as far as one may still see them."""

from functools import partial

import pytest

from posts.models import Save
from tests.support import factories

pytestmark = pytest.mark.django_db


def saved(client):
    return [post["id"] for post in client.get("/v1/me/saved").json()["results"]]


def test_saved_posts_are_listed_last_saved_first(client_for, alice, bob):
    posts = [factories.post(alice) for _ in range(3)]
    for number in (1, 2, 0):
        answer = client_for(bob).put(f"/v1/posts/{posts[number].pk}/save")
        assert (answer.status_code, answer.json()) == (200, {"saved": True})
    assert saved(client_for(bob)) == [str(posts[number].pk) for number in (0, 2, 1)]
    assert saved(client_for(alice)) == []
    assert client_for(bob).get(f"/v1/posts/{posts[0].pk}").json()["viewer"]["saved"] is True
    assert client_for(alice).get(f"/v1/posts/{posts[0].pk}").json()["viewer"]["saved"] is False


def test_what_others_saved_is_not_in_ones_list(client_for, alice, bob, charlie):
    post, other = factories.post(alice), factories.post(alice)
    client_for(charlie).put(f"/v1/posts/{post.pk}/save")
    client_for(bob).put(f"/v1/posts/{post.pk}/save")
    client_for(charlie).put(f"/v1/posts/{other.pk}/save")
    assert saved(client_for(bob)) == [str(post.pk)]


def test_twice_is_once(client_for, alice, bob):
    post = factories.post(alice)
    for _ in range(2):
        client_for(bob).put(f"/v1/posts/{post.pk}/save")
    assert saved(client_for(bob)) == [str(post.pk)]
    assert [client_for(bob).delete(f"/v1/posts/{post.pk}/save").status_code for _ in range(2)] == [204, 204]
    assert saved(client_for(bob)) == []
    assert not Save.objects.exists()


def test_hidden_ones_are_left_out_and_come_back(client_for, alice, bob):
    post = factories.post(alice)
    client_for(bob).put(f"/v1/posts/{post.pk}/save")
    block = factories.block(alice, bob)
    assert saved(client_for(bob)) == []
    block.delete()
    assert saved(client_for(bob)) == [str(post.pk)]


def test_a_hidden_one_can_be_forgotten_but_not_saved(client_for, alice, bob, mallory):
    post = factories.post(alice)
    assert client_for(mallory).put(f"/v1/posts/{post.pk}/save").status_code == 404
    client_for(bob).put(f"/v1/posts/{post.pk}/save")
    factories.block(alice, bob)
    assert client_for(bob).delete(f"/v1/posts/{post.pk}/save").status_code == 204
    assert not Save.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_are_one(client_for, alice, bob, run_concurrently):
    post = factories.post(alice)
    answers = run_concurrently([partial(client_for(bob).put, f"/v1/posts/{post.pk}/save") for _ in range(8)])
    assert [answer.status_code for answer in answers] == [200] * 8
    assert Save.objects.count() == 1
