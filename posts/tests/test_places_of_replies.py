"""A top comment that is gone keeps the place of the replies to it, without author and words."""

import pytest

from accounts.models import User
from posts.models import Comment, Post
from tests.support import factories

pytestmark = pytest.mark.django_db
GONE = {"author": None, "text": "", "mentions": [], "likes_count": 0, "pinned": False, "edited": False, "removed": True,
        "hidden": False, "viewer": {"liked": False}}  # fmt: skip


@pytest.fixture
def post(alice):
    return factories.post(alice)


@pytest.fixture
def thread(client_for, bob, charlie, post):
    """Charlie's comment, and bob's reply."""
    path = f"/v1/posts/{post.pk}/comments"
    top = client_for(charlie).post(path, {"text": "secret @bob"}).json()["id"]
    reply = client_for(bob).post(path, {"text": "reply", "reply_to": top}).json()["id"]
    client_for(bob).put(f"/v1/comments/{top}/like")
    return top, reply


def listed(client, post):
    return client.get(f"/v1/posts/{post.pk}/comments").json()["results"]


@pytest.mark.parametrize(
    "how", ["deleted by its author", "deleted by the post's", "taken down", "suspended", "leaving"]
)
def test_its_place_is_shown_and_the_thread_readable(client_for, alice, bob, charlie, post, thread, how):
    top, reply = thread
    client_for(alice).put(f"/v1/comments/{top}/pin")
    before = client_for(alice).get(f"/v1/comments/{top}").json()
    if how.startswith("deleted"):
        client_for(charlie if how.endswith("its author") else alice).delete(f"/v1/comments/{top}")
    elif how == "taken down":
        Comment.objects.filter(pk=top).update(removed_at="2026-11-01T00:00:00Z")
    else:
        away = "suspended_at" if how == "suspended" else "deleted_at"
        User.objects.filter(pk=charlie.pk).update(**{away: "2026-11-01T00:00:00Z"})
    dora = factories.person("dora")
    for viewer in (alice, bob, dora):
        client = client_for(viewer)
        assert listed(client, post) == [{**before, **GONE}]
        assert client.get(f"/v1/comments/{top}").json() == {**before, **GONE}
        assert [row["id"] for row in client.get(f"/v1/comments/{top}/replies").json()["results"]] == [reply]
        assert client.get(f"/v1/comments/{reply}").json()["reply_to"] is None
        assert client.put(f"/v1/comments/{top}/like").status_code == 404
        assert client.get(f"/v1/comments/{top}/likes").status_code == 404
        assert client.delete(f"/v1/comments/{top}").status_code == 404
        for method in (client.put, client.delete):
            assert method(f"/v1/comments/{top}/pin").status_code == 404
    assert client_for(bob).post(f"/v1/posts/{post.pk}/comments", {"text": "x", "reply_to": top}).status_code == 400
    more = client_for(dora).post(f"/v1/posts/{post.pk}/comments", {"text": "more", "reply_to": reply}).json()
    assert Comment.objects.get(pk=more["id"]).parent_id == int(top)
    assert listed(client_for(bob), post)[0]["replies_count"] == 2


def test_counts_are_of_what_is_there(client_for, alice, bob, charlie, post, thread):
    top, reply = thread
    client_for(charlie).delete(f"/v1/comments/{top}")
    assert Post.objects.get(pk=post.pk).comments_count == 1
    client_for(bob).delete(f"/v1/comments/{reply}")
    assert Post.objects.get(pk=post.pk).comments_count == 0
    assert Comment.objects.get(pk=top).replies_count == 0
    assert listed(client_for(alice), post) == []
    assert client_for(alice).get(f"/v1/comments/{top}").status_code == 404
    assert client_for(alice).get(f"/v1/comments/{top}/replies").status_code == 404


def test_it_is_there_for_who_sees_a_reply_and_for_nobody_else(client_for, alice, bob, charlie, post, thread):
    top, reply = thread
    client_for(charlie).delete(f"/v1/comments/{top}")
    dora = factories.person("dora")
    factories.block(bob, dora)  # who wrote the reply
    assert listed(client_for(dora), post) == []
    assert client_for(dora).get(f"/v1/comments/{top}").status_code == 404
    erin = factories.person("erin")
    factories.block(erin, charlie)  # who wrote what is gone: the thread was hidden before, too
    assert listed(client_for(erin), post) == []
    assert client_for(erin).get(f"/v1/comments/{reply}").status_code == 404
    factories.block(bob, alice)  # whose post it is
    assert [row["removed"] for row in listed(client_for(alice), post)] == [True]


def test_without_replies_nothing_is_left(client_for, alice, bob, post):
    comment = factories.comment(post, bob)
    client_for(bob).delete(f"/v1/comments/{comment.pk}")
    assert listed(client_for(alice), post) == []


def test_a_reply_that_is_gone_leaves_no_place(client_for, alice, bob, post, thread):
    top, reply = thread
    path = f"/v1/posts/{post.pk}/comments"
    client_for(alice).post(path, {"text": "to the reply", "reply_to": reply})
    client_for(bob).delete(f"/v1/comments/{reply}")
    rows = client_for(alice).get(f"/v1/comments/{top}/replies").json()["results"]
    assert [(row["text"], row["reply_to"]) for row in rows] == [("to the reply", None)]
