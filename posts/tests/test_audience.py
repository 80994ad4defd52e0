"""Posts for close friends: there for them and their author, and without a trace for everybody else."""

import re
import time
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from posts.actions.geo_index import update_geo_index
from posts.models import Comment, Post, Reaction
from posts.tasks import count_label_uses, rank_trending
from search.posts.actions import index_posts
from search.tasks import compute_explore
from tests.support import factories
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db
FEW = "close_friends"


@pytest.fixture
def friend(alice: User, bob: User) -> User:
    """Follows alice, as bob does, and is close to her."""
    person = factories.person("frida")
    factories.follow(person, alice)
    factories.close_friend(alice, person)
    return person


@pytest.fixture
def post(alice: User, friend: User) -> Post:
    """With a tag and a place that no other post has."""
    position: dict[str, Any] = {"media_latitude": "41.015137", "media_longitude": "28.979530", "exact_location": True}
    row = factories.post(alice, "secretword", audience=FEW, place="Hideout", **position)
    factories.tagged(row, "secrettag")
    row.refresh_from_db()
    update_geo_index(post=row)
    index_posts(post_ids=[row.pk])
    return row


def publish(client: APIClient, alice: User, **body: Any) -> Any:
    return client.post("/v1/posts", {"media": [str(factories.media(alice).pk)], **body})


def test_the_audience_is_said_when_it_is_shared_and_shown_to_whoever_sees_it(alice, bob, friend, client_for):
    few = publish(client_for(alice), alice, audience=FEW).json()
    usual = publish(client_for(alice), alice).json()
    assert (few["audience"], usual["audience"]) == (FEW, "followers")
    assert client_for(friend).get(f"/v1/posts/{few['id']}").json()["audience"] == FEW
    assert client_for(bob).get(f"/v1/posts/{few['id']}").status_code == 404
    answer = publish(client_for(alice), alice, audience="everybody")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/audience")


def test_it_cannot_be_changed_later(alice, bob, post, client_for):
    """Once it is published: of a draft it can."""
    path = f"/v1/posts/{post.pk}"
    answer = client_for(alice).patch(path, {"audience": "followers", "caption": "x"})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert client_for(alice).patch(path, {"audience": FEW, "caption": "x"}).json()["audience"] == FEW
    assert client_for(bob).get(path).status_code == 404


def test_the_count_of_posts_is_the_same_for_all_and_counts_what_is_for_all(alice, bob, friend, client_for):
    path = f"/v1/posts/{publish(client_for(alice), alice, audience=FEW).json()['id']}"
    publish(client_for(alice), alice)

    def counts() -> set[int]:
        return {client_for(one).get("/v1/users/alice").json()["posts_count"] for one in (alice, bob, friend)}

    assert counts() == {1} == {Post.objects.counted().filter(author=alice).count()}
    client_for(alice).post(f"{path}/archive")
    client_for(alice).post(f"{path}/unarchive")
    client_for(alice).delete(path)
    assert counts() == {1}
    client_for(alice).post(f"{path}/restore")
    assert counts() == {1}


ROUTES = [
    "tags/secrettag", "tags/secrettag/posts", "tags/secrettag/posts?sort=top", "places/{place}", "places/{place}/posts",
    "posts/{post}", "posts/{post}/likes", "posts/{post}/comments",
]  # fmt: skip
LISTS = [
    "users/alice/posts", "feed", "search?q=secretword", "search?q=%23secrettag", "search?q=author:alice",
    "posts/nearby?lat=41.015&lon=28.979", "places/nearby?lat=41.015&lon=28.979", "search?type=tags&q=secret",
    "search?type=places&q=hideout", "search?q=secretword&sort=newest",
]  # fmt: skip


def test_every_way_to_it_is_open_for_friends_and_shut_for_others(alice, bob, friend, charlie, post, client_for):
    count_label_uses()
    names = {"place": post.place_id, "post": post.pk}
    for path in ROUTES:
        statuses = [
            client_for(one).get(f"/v1/{path.format(**names)}").status_code for one in (alice, friend, bob, charlie)
        ]
        assert statuses == [200, 200, 404, 404], path
    for path in LISTS:
        found = [bool(client_for(one).get(f"/v1/{path}").json()["results"]) for one in (friend, bob, charlie)]
        assert found == [True, False, False], path


def test_tags_and_explore_count_what_the_public_sees(alice, friend, post, charlie, client_for):
    other = factories.person()
    for author in (alice, other):
        factories.tagged(factories.post(author, audience=FEW), "secrettag")
    rank_trending()
    count_label_uses()
    assert client_for(friend).get("/v1/tags/secrettag").json()["posts_count"] == 0
    assert client_for(friend).get("/v1/trending/tags").json()["results"] == []
    Reaction.objects.create(user=friend, post=post, kind="like")
    compute_explore()
    assert client_for(charlie).get("/v1/explore").json()["results"] == []


def test_friends_react_comment_and_save_and_others_cannot(bob, friend, post, client_for):
    path = f"/v1/posts/{post.pk}"
    for method, what, body in (
        ("put", "/like", {}),
        ("put", "/dislike", {}),
        ("put", "/save", {}),
        ("post", "/comments", {"text": "hello"}),
    ):
        answers = [getattr(client_for(one), method)(path + what, body).status_code for one in (friend, bob)]
        assert answers in ([200, 404], [201, 404]), what
    assert Comment.objects.get().author == friend
    assert len(client_for(friend).get("/v1/me/saved").json()["results"]) == 1


def test_whoever_is_taken_off_the_list_keeps_nothing_but_the_right_to_take_back(alice, friend, post, client_for):
    browser = client_for(friend)
    for what in ("like", "save"):
        browser.put(f"/v1/posts/{post.pk}/{what}")
    comment = browser.post(f"/v1/posts/{post.pk}/comments", {"text": "hello"}).json()["id"]
    client_for(alice).delete("/v1/me/close-friends/frida")
    assert browser.get("/v1/me/saved").json()["results"] == []
    assert browser.get(f"/v1/comments/{comment}").status_code == 404
    assert browser.put(f"/v1/comments/{comment}/like").status_code == 404
    assert browser.delete(f"/v1/comments/{comment}").status_code == 204
    assert browser.delete(f"/v1/posts/{post.pk}/like").status_code == 204
    post.refresh_from_db()
    assert (post.likes_count, post.comments_count) == (0, 0)


def lives_for(url: str) -> float:
    """Seconds for which an address of a media is good."""
    found = re.search(r"token=[op]([0-9a-z]+)\.", url)
    assert found, url
    return int(found[1], 36) - time.time()


@pytest.mark.parametrize("path", ["users/alice/posts", "posts/{post}"])
def test_addresses_of_its_media_are_good_for_minutes_though_the_author_is_public(alice, friend, post, client_for, path):
    """From cards, from cards that are there already, and from the serializer."""
    for _ in range(2):
        answer = client_for(friend).get(f"/v1/{path}".format(post=post.pk)).json()
        shown = answer["results"][0] if "results" in answer else answer
        assert lives_for(shown["media"][0]["url"]) <= 300
        assert "token=p" in shown["media"][0]["url"]
    usual = factories.post(alice)
    shown = client_for(friend).get(f"/v1/posts/{usual.pk}").json()
    assert lives_for(shown["media"][0]["url"]) > 300


def test_a_list_that_was_asked_for_before_is_another_once_one_is_on_the_list(alice, bob, post, client_for):
    """The tag of the answer changes with it."""
    browser = client_for(bob)
    for path in ("/v1/users/alice/posts", "/v1/feed"):
        browser.get(path)
        etag = browser.get(path)["ETag"]
        client_for(alice).put("/v1/me/close-friends/bob")
        drain()
        answer = browser.get(path, headers={"If-None-Match": etag})
        assert [row["id"] for row in answer.json()["results"]] == [str(post.pk)]
        client_for(alice).delete("/v1/me/close-friends/bob")
        assert browser.get(path).json()["results"] == []


def test_a_page_is_full_however_many_between_are_hidden(alice, bob, friend, client_for, settings):
    """From the precomputed feed, and below its floor from PostgreSQL, whose window must not fill up with the hidden."""
    settings.FEED_KEEP = 2
    shown = []
    for _ in range(4):
        shown.append(factories.post(alice).pk)
        for _ in range(3):
            factories.post(alice, audience=FEW)
    for path in ("/v1/users/alice/posts", "/v1/feed"):
        found, cursor = [], None
        while True:
            page = client_for(bob).get(path, {"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
            assert len(page["results"]) == 2
            found += [int(row["id"]) for row in page["results"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert found == shown[::-1], path
