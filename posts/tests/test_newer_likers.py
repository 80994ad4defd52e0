"""`previous` of who likes a post or a comment: their rows are numbered before they are committed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from posts.models import CommentLike, Reaction
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["post", "comment"])
def liked(request, alice):
    """The list's address, and what adds a like with these values."""
    post = factories.post(alice)
    if request.param == "post":
        return f"/v1/posts/{post.pk}/likes", lambda **values: Reaction.objects.create(post=post, kind="like", **values)
    comment = factories.comment(post, alice)
    return f"/v1/comments/{comment.pk}/likes", lambda **values: CommentLike.objects.create(comment=comment, **values)


def aged(*rows):
    """As if they were given an hour ago."""
    for row in rows:
        type(row).objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(hours=1))


def names(body):
    return [row["username"] for row in body["results"]]


def everybody(client, path, body, limit):
    """All that comes above a page, each once."""
    found = []
    while True:
        body = client.get(path, {"cursor": body["previous"], "limit": limit}).json()
        found += [name for name in reversed(names(body)) if name not in found]
        if len(body["results"]) < limit:
            return found


def test_what_came_since_a_page_of_old_likes(client_for, bob, liked):
    path, like = liked
    client = client_for(bob)
    aged(*(like(user=factories.person(f"old{number}")) for number in range(3)))
    first = client.get(path, {"limit": 2}).json()
    assert names(first) == ["old2", "old1"]
    assert names(client.get(path, {"cursor": first["previous"]}).json()) == []
    for number in range(5):
        like(user=factories.person(f"new{number}"))
    assert everybody(client, path, first, 2) == [f"new{number}" for number in range(5)]
    second = client.get(path, {"limit": 2, "cursor": first["next"]}).json()
    assert names(second) == ["old0"]
    assert everybody(client, path, second, 2)[:2] == ["old1", "old2"]


@pytest.mark.parametrize("limit", [1, 2, 20])
def test_a_like_that_appears_below_the_newest_is_not_missed(client_for, bob, liked, limit):
    """Its number was given first, and its transaction ended last."""
    path, like = liked
    client = client_for(bob)
    aged(like(user=factories.person("old")))
    late = like(user=factories.person("late"))
    for number in range(3):
        like(user=factories.person(f"new{number}"))
    number, person = late.pk, late.user
    late.delete()
    before = client.get(path, {"limit": limit}).json()
    like(pk=number, user=person)
    assert set(everybody(client, path, before, limit)) == {"late", "new0", "new1", "new2"}


def test_a_page_of_fresh_likes_alone_begins_anew(client_for, bob, liked):
    path, like = liked
    for number in range(3):
        like(user=factories.person(f"new{number}"))
    before = client_for(bob).get(path, {"limit": 1}).json()
    assert everybody(client_for(bob), path, before, 1) == ["new0", "new1", "new2"]


def test_an_empty_list_gives_a_way_upwards(client_for, bob, liked):
    path, like = liked
    empty = client_for(bob).get(path).json()
    like(user=factories.person("new"))
    assert names(client_for(bob).get(path, {"cursor": empty["previous"]}).json()) == ["new"]


def test_whoever_changes_a_dislike_into_a_like_is_the_newest(client_for, alice, bob, charlie):
    post = factories.post(alice)
    assert client_for(bob).put(f"/v1/posts/{post.pk}/dislike").status_code == 200
    assert client_for(charlie).put(f"/v1/posts/{post.pk}/like").status_code == 200
    before = Reaction.objects.get(user=bob)
    assert client_for(bob).put(f"/v1/posts/{post.pk}/like").json()["likes_count"] == 2
    after = Reaction.objects.get(user=bob)
    assert (after.pk > before.pk, after.created_at > before.created_at) == (True, True)
    assert names(client_for(alice).get(f"/v1/posts/{post.pk}/likes").json()) == ["bob", "charlie"]
    assert client_for(bob).put(f"/v1/posts/{post.pk}/like").json()["likes_count"] == 2
    assert Reaction.objects.get(user=bob).pk == after.pk


def test_304_until_somebody_likes_it(client_for, bob, liked):
    path, like = liked
    aged(like(user=factories.person("old")))
    client = client_for(bob)
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    like(user=factories.person("new"))
    assert names(client.get(path, headers={"If-None-Match": first["ETag"]}).json()) == ["new", "old"]


def test_thirty_likes_cost_what_one_costs(client_for, bob, liked, django_assert_max_num_queries):
    path, like = liked
    client = client_for(bob)
    for _ in range(30):
        person = factories.person()
        type(person).objects.filter(pk=person.pk).update(avatar=factories.media(person))
        aged(like(user=person))
    client.get(path, {"limit": 100})  # renders the cards
    with django_assert_max_num_queries(3):
        assert len(client.get(path, {"limit": 100}).json()["results"]) == 30
