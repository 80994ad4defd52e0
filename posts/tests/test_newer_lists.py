"""Lists of posts from cards: tags and 304, what is newer, and the rule at the next request."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from api.ids import id_at
from media.models import Media
from posts.models import Post, Reaction, Save
from tests.support import factories


def ids(body):
    return [int(post["id"]) for post in body["results"]]


@pytest.fixture
def world(alice, bob):
    """Three posts of alice's, in a place and under a tag, saved and liked by bob."""
    posts = [factories.post(alice, place="Lisbon") for _ in range(3)]
    for post in posts:
        factories.tagged(post, "sea")
        Reaction.objects.create(user=bob, post=post, kind="like")
        Save.objects.create(user=bob, post=post)
    return posts


def addresses(post):
    return [
        "/v1/users/alice/posts",
        "/v1/me/saved",
        "/v1/tags/sea/posts",
        "/v1/tags/sea/posts?sort=top",
        f"/v1/places/{post.place_id}/posts",
        "/v1/me/likes",
    ]


@pytest.mark.parametrize("number", range(6))
def test_304_until_a_like(alice, bob, world, client_for, number):
    address, client = addresses(world[0])[number], client_for(bob)
    first = client.get(address)
    assert len(ids(first.json())) == 3
    same = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    Post.objects.filter(pk=world[1].pk).update(likes_count=7)
    after = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert [post["likes_count"] for post in after.json()["results"]].count(7) == 1


def test_what_the_author_was_shown_is_no_304_for_the_next_person_of_a_browser(alice, bob, client_for):
    """Both are asked about with the same tag by a browser that two people use one after the other."""
    Post.objects.filter(pk=factories.post(alice).pk).update(media_latitude="38.712345", user_latitude="38.712345")
    own = client_for(alice).get("/v1/users/alice/posts")
    assert "38.712345" in own.content.decode()
    others = client_for(bob).get("/v1/users/alice/posts", headers={"If-None-Match": own.headers["ETag"]})
    assert others.status_code == 200
    assert "38.712345" not in others.content.decode()


@pytest.mark.parametrize("number", range(1, 4))
def test_a_private_accounts_posts_are_gone_at_the_next_request(alice, charlie, world, client_for, number):
    for post in world:
        Save.objects.create(user=charlie, post=post)
    address, client = addresses(world[0])[number], client_for(charlie)
    factories.tagged(factories.post(charlie), "sea")  # so that the tag stays there for charlie
    first = client.get(address)
    User.objects.filter(pk=alice.pk).update(is_private=True)
    after = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert after.status_code == 200
    assert not set(ids(after.json())) & {post.pk for post in world}


def test_previous_of_somebodys_posts(alice, bob, world, client_for):
    client = client_for(bob)
    cursor = client.get("/v1/users/alice/posts?limit=2").json()["previous"]
    new = [factories.post(alice).pk for _ in range(2)]
    found = ids(client.get("/v1/users/alice/posts", {"cursor": cursor}).json())
    assert found[:2] == new[::-1]  # and what is from the last minute once more


@pytest.mark.parametrize("address", ["/v1/users/alice/posts", "/v1/me/saved"])
def test_previous_of_a_page_further_down_begins_right_above_it(alice, bob, client_for, address):
    posts = [factories.post(alice) for _ in range(5)]
    for minutes, post in enumerate(reversed(posts), start=10):
        moment = id_at(timezone.now() - timedelta(minutes=minutes))
        Post.objects.filter(pk=post.pk).update(timeline_id=moment)
        Save.objects.create(user=bob, post=post)
    client = client_for(bob)
    whole = ids(client.get(address).json())
    first = client.get(address, {"limit": 2}).json()
    second = client.get(address, {"limit": 2, "cursor": first["next"]}).json()
    assert ids(second) == whole[2:4]
    assert ids(client.get(address, {"limit": 2, "cursor": second["previous"]}).json()) == ids(first) == whole[:2]
    Post.objects.exclude(pk__in=whole[:2]).update(archived_at=timezone.now())
    empty = client.get(address, {"limit": 2, "cursor": first["next"]}).json()
    assert ids(empty) == []
    assert ids(client.get(address, {"cursor": empty["previous"]}).json()) == whole[:2]


def test_previous_of_saved_posts(alice, bob, world, client_for):
    client = client_for(bob)
    first = client.get("/v1/me/saved").json()
    assert ids(client.get("/v1/me/saved", {"cursor": first["previous"]}).json()) == []
    again = factories.post(alice)
    Save.objects.create(user=bob, post=again)
    newer = client.get("/v1/me/saved", {"cursor": first["previous"]}).json()
    assert ids(newer) == [again.pk]
    assert ids(client.get("/v1/me/saved", {"cursor": newer["next"]}).json()) == [post.pk for post in world[::-1]]


def test_a_list_is_tagged_by_its_bytes_while_a_post_waits_for_its_media(alice, client_for):
    """No trigger notes what a media that is being processed says of itself."""
    post = factories.post(alice, live=False)
    media = post.items.get().media
    Media.objects.update(state="processing", progress=10)
    client = client_for(alice)
    first = client.get("/v1/posts")
    assert first.json()["results"][0]["state"] == "processing"
    Media.objects.filter(pk=media.pk).update(progress=20)
    again = client.get("/v1/posts", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.json()["results"][0]["media"][0]["progress"]) == (200, 20)
