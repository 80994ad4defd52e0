"""Posts and comments that moderators take down are gone for everybody by the next request, and back as they were.

Mutants: a take-down that leaves the count; an owner's restore that brings a post back; a comment that goes on counting
when it was taken down.
"""

import re
from functools import partial

import pytest
from django.utils import timezone

from accounts.models import User
from operations.counters import all_counters, differences
from posts import actions
from posts.models import Comment, Post
from search.posts.actions import index_posts
from search.tasks import compute_explore
from tests.support import factories

pytestmark = pytest.mark.django_db
MOVING = re.compile(rb'"previous":"[^"]*"')  # it says when the page was asked for


@pytest.fixture
def post(alice):
    row = factories.post(alice, "lighthouse", place="Pier")
    factories.tagged(row, "harbour")
    index_posts(post_ids=[row.pk])
    compute_explore()
    return row


def wrong_counters():
    return [str(one) for counter in all_counters() for one in differences(counter)]


def test_by_the_next_request_a_post_is_gone_and_then_back(client_for, alice, bob, charlie, post):
    factories.comment(post, charlie)
    client_for(bob).put(f"/v1/posts/{post.pk}/like")
    client_for(bob).put(f"/v1/posts/{post.pk}/save")
    paths = [
        f"posts/{post.pk}", f"posts/{post.pk}/comments", f"posts/{post.pk}/likes", "feed", "explore", "me/saved",
        "users/alice/posts", "tags/harbour", "tags/harbour/posts", f"places/{post.place_id}/posts",
        "search?type=posts&q=lighthouse", "search?type=tags&q=harbour", "posts", "notifications",
    ]  # fmt: skip
    viewers = {person.username: client_for(person) for person in (alice, bob, charlie)}
    for client in viewers.values():
        client.get("/v1/feed")  # built, so that it is warm

    def seen():
        return {
            (name, path): (answer.status_code, MOVING.sub(b"", answer.content), answer.headers.get("ETag"))
            for name, client in viewers.items()
            for path in paths
            for answer in [client.get(f"/v1/{path}")]
        }

    before = seen()
    told = {key for key, (_, body, _) in before.items() if str(post.pk).encode() in body or b"harbour" in body}
    shown = told | {key for key in before if key[1].startswith(f"posts/{post.pk}")}
    assert {("bob", path) for path in paths} - shown == {
        ("bob", path) for path in ("explore", "posts", "notifications")
    }
    assert actions.take_down(post_id=post.pk)
    for (name, path), (status, body, _) in seen().items():
        assert status in {200, 404}
        assert str(post.pk).encode() not in body, f"{path} as {name}"
        assert b"harbour" not in body, f"{path} as {name}"
    for name, path in shown:  # whoever has the page is not told that it is still so
        tag = before[name, path][2]
        assert viewers[name].get(f"/v1/{path}", headers={"If-None-Match": tag or '"x"'}).status_code != 304
    assert not wrong_counters()
    assert actions.put_back(post_id=post.pk)
    assert not wrong_counters()
    compute_explore()
    after = seen()
    assert {key for key in before if before[key][0] != after[key][0]} == set()
    assert {key for key in shown if before[key][1] != after[key][1]} == set()


@pytest.mark.parametrize(
    "state", [{}, {"archived_at": timezone.now()}, {"deleted_at": timezone.now()}, {"live": False}]
)
def test_its_author_has_no_way_to_bring_it_back(client_for, alice, state):
    post = factories.post(alice, **state)
    count = User.objects.get(pk=alice.pk).posts_count
    actions.take_down(post_id=post.pk)
    her = client_for(alice)
    for method, path in (
        ("post", "restore"), ("post", "archive"), ("post", "unarchive"), ("patch", ""), ("delete", ""), ("get", ""),
    ):  # fmt: skip
        address = f"/v1/posts/{post.pk}/{path}".rstrip("/")
        assert getattr(her, method)(address, {"caption": "x"} if method == "patch" else None).status_code == 404
    actions.publish_when_ready(media_id=post.items.get().media_id)
    row = Post.objects.get(pk=post.pk)
    assert row.removed_at
    for path in ("posts", "me/archive", "me/trash"):
        assert her.get(f"/v1/{path}").json()["results"] == []
    assert actions.put_back(post_id=post.pk)
    row.refresh_from_db()
    assert (row.archived_at, row.deleted_at) == (state.get("archived_at"), state.get("deleted_at"))
    assert User.objects.get(pk=alice.pk).posts_count == count + (state == {"live": False})  # its media were ready
    assert not wrong_counters()


def test_each_says_whether_anything_changed(alice):
    post = factories.post(alice)
    comment = factories.comment(post, alice)
    for act, undo, row in (
        (actions.take_down, actions.put_back, {"post_id": post.pk}),
        (actions.take_down_comment, actions.put_back_comment, {"comment_id": comment.pk}),
    ):
        assert not undo(**row)
        assert [act(**row), act(**row), undo(**row), undo(**row)] == [True, False, True, False]
        assert not act(**dict.fromkeys(row, 1))
    Post.objects.filter(pk=post.pk).update(purged_at=timezone.now())
    assert not actions.take_down(post_id=post.pk)


def test_a_comment_goes_and_comes_back_and_replies_keep_their_place(client_for, alice, bob, charlie):
    post = factories.post(alice)
    say = partial(client_for(bob).post, f"/v1/posts/{post.pk}/comments")
    top = int(say({"text": "top"}).json()["id"])
    replies = [int(say({"text": f"reply {n}", "reply_to": str(top)}).json()["id"]) for n in range(3)]
    see = client_for(charlie)

    def counts():
        assert not wrong_counters()
        return Post.objects.get(pk=post.pk).comments_count, Comment.objects.get(pk=top).replies_count

    assert counts() == (4, 3)
    assert actions.take_down_comment(comment_id=replies[0])
    assert counts() == (3, 2)
    assert actions.take_down_comment(comment_id=top)
    assert counts() == (2, 2)
    assert see.get(f"/v1/comments/{replies[0]}").status_code == 404
    (place,) = see.get(f"/v1/posts/{post.pk}/comments").json()["results"]
    assert (place["id"], place["removed"], place["author"], place["text"]) == (str(top), True, None, "")
    assert client_for(bob).delete(f"/v1/comments/{replies[1]}").status_code == 204
    assert counts() == (1, 1)
    assert client_for(bob).delete(f"/v1/comments/{top}").status_code == 404  # its state is not the author's to change
    assert actions.put_back_comment(comment_id=top)
    assert counts() == (2, 1)
    assert actions.put_back_comment(comment_id=replies[0])
    assert counts() == (3, 2)
    thread = see.get(f"/v1/comments/{top}/replies").json()["results"]
    assert [int(row["id"]) for row in thread] == [replies[0], replies[2]]
    assert not actions.put_back_comment(comment_id=replies[1])


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_are_one(alice, bob, run_concurrently):
    post = factories.post(alice)
    comment = factories.comment(post, bob)
    for act, row in (
        (actions.take_down_comment, {"comment_id": comment.pk}),
        (actions.put_back_comment, {"comment_id": comment.pk}),
        (actions.take_down, {"post_id": post.pk}),
        (actions.put_back, {"post_id": post.pk}),
    ):
        assert sorted(run_concurrently([partial(act, **row)] * 8)) == [False] * 7 + [True]
        assert not wrong_counters()


def test_its_author_sees_what_was_taken_down_in_a_list_of_its_own(client_for, alice, bob):
    post, waiting = factories.post(alice, "mine"), factories.post(alice, live=False)
    for one in (post, waiting):
        actions.take_down(post_id=one.pk)
    her = client_for(alice)
    shown = her.get("/v1/me/removed").json()["results"]
    assert [(row["id"], row["state"]) for row in shown] == [(str(waiting.pk), "removed"), (str(post.pk), "removed")]
    assert shown[1]["caption"] == "mine"
    assert [(one["url"], one["renditions"]) for row in shown for one in row["media"]] == [(None, [])] * 2
    assert client_for(bob).get("/v1/me/removed").json()["results"] == []
    actions.put_back(post_id=post.pk)
    assert [row["id"] for row in her.get("/v1/me/removed").json()["results"]] == [str(waiting.pk)]
    assert her.get(f"/v1/posts/{post.pk}").json()["media"][0]["url"]


def test_a_moderators_mark_is_not_the_authors_to_take_off(client_for, alice, bob):
    post = factories.post(alice)
    her, his = client_for(alice), client_for(bob)

    def seen():
        (row,) = his.get("/v1/feed").json()["results"]
        assert his.get(f"/v1/posts/{post.pk}").json()["sensitive"] is row["sensitive"]
        return row["sensitive"]

    assert not seen()
    tag = his.get("/v1/feed").headers["ETag"]
    assert [actions.mark_sensitive(post_id=post.pk, sensitive=True) for _ in range(2)] == [True, False]
    assert his.get("/v1/feed", headers={"If-None-Match": tag}).status_code == 200
    assert seen()
    assert her.patch(f"/v1/posts/{post.pk}", {"sensitive": False}).json()["sensitive"] is True
    assert her.patch(f"/v1/posts/{post.pk}", {"sensitive": True}).status_code == 200
    assert [actions.mark_sensitive(post_id=post.pk, sensitive=False) for _ in range(2)] == [True, False]
    assert seen()  # its author says so
    assert her.patch(f"/v1/posts/{post.pk}", {"sensitive": False}).json()["sensitive"] is False
    assert not actions.mark_sensitive(post_id=1, sensitive=True)


def test_shared_as_sensitive(client_for, alice):
    media = factories.media(alice)
    made = client_for(alice).post("/v1/posts", {"media": [str(media.pk)], "sensitive": True}).json()
    assert made["sensitive"] is True
