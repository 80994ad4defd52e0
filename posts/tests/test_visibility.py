"""Who sees a post, its lists and its comments. (Each route by each relation: tests/contract/test_visibility.py.)"""

import pytest
from django.utils import timezone

from accounts.models import User
from posts.models import Post
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def hermit():
    return factories.person("hermit", private=True)


@pytest.fixture
def post(hermit):
    return factories.post(hermit)


def sees(client, post):
    """Whether the post is there: by its id, in its author's list and for every thing one may do with it."""
    name = post.author.username
    answers = [
        client.get(f"/v1/posts/{post.pk}"),
        client.get(f"/v1/posts/{post.pk}/comments"),
        client.get(f"/v1/posts/{post.pk}/likes"),
        client.put(f"/v1/posts/{post.pk}/like"),
        client.put(f"/v1/posts/{post.pk}/save"),
        client.get(f"/v1/users/{name}/posts"),
    ]
    statuses = {answer.status_code for answer in answers}
    assert statuses in ({200}, {404}), [answer.status_code for answer in answers]
    if statuses == {200}:
        assert str(post.pk) in [row["id"] for row in answers[-1].json()["results"]]
    else:
        bodies = [answer.json() for answer in answers]
        absent = client.get("/v1/posts/1").json()
        assert all(body == absent for body in bodies)
    return statuses == {200}


def test_a_private_accounts_post_is_for_itself_and_whom_it_accepted(client_for, hermit, post, bob, charlie):
    asking = factories.person("asking")
    factories.follow(asking, hermit, pending=True)
    factories.follow(hermit, charlie)  # the other way round gives no right
    friend = factories.person("friend")
    factories.follow(friend, hermit)
    assert [sees(client_for(person), post) for person in (hermit, friend)] == [True, True]
    assert [sees(client_for(person), post) for person in (asking, charlie, bob)] == [False, False, False]


def test_a_block_hides_both_ways_though_one_follows(client_for, alice, bob):
    post, bobs = factories.post(alice), factories.post(bob)
    assert sees(client_for(bob), post)
    block = factories.block(alice, bob)
    assert (sees(client_for(bob), post), client_for(alice).get(f"/v1/posts/{bobs.pk}").status_code) == (False, 404)
    block.delete()
    factories.block(bob, alice)
    assert client_for(bob).get(f"/v1/posts/{post.pk}").status_code == 404
    assert client_for(alice).get(f"/v1/posts/{bobs.pk}").status_code == 404


def test_who_is_muted_is_still_seen(client_for, alice, bob):
    post = factories.post(alice)
    factories.mute(bob, alice)
    assert sees(client_for(bob), post)


@pytest.mark.parametrize("state", ["suspended_at", "deactivated_at", "deleted_at"])
def test_who_is_not_there_has_no_posts(client_for, alice, bob, state):
    post = factories.post(alice)
    User.objects.filter(pk=alice.pk).update(**{state: timezone.now()})
    assert not sees(client_for(bob), post)
    User.objects.filter(pk=alice.pk).update(**{state: None})
    assert sees(client_for(bob), post)


def test_a_post_taken_down_is_gone_for_its_author_too(client_for, alice, bob):
    post = factories.post(alice)
    Post.objects.filter(pk=post.pk).update(removed_at=timezone.now())
    for person in (alice, bob):
        assert client_for(person).get(f"/v1/posts/{post.pk}").status_code == 404
        assert client_for(person).patch(f"/v1/posts/{post.pk}", {"caption": "x"}).status_code == 404
        for verb in ("archive", "unarchive", "restore"):
            assert client_for(person).post(f"/v1/posts/{post.pk}/{verb}").status_code == 404
    Post.objects.filter(pk=post.pk).update(archived_at=timezone.now())
    assert client_for(alice).get("/v1/me/archive").json()["results"] == []


def test_going_private_counts_from_the_next_request(client_for, alice, bob, charlie):
    post = factories.post(alice)
    assert sees(client_for(charlie), post)
    User.objects.filter(pk=alice.pk).update(is_private=True)
    assert [sees(client_for(person), post) for person in (charlie, bob)] == [False, True]


def test_staff_sees_no_more_than_anybody(client_for, post):
    assert not sees(client_for(factories.person("moderator", is_staff=True)), post)
