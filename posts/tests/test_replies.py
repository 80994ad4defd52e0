"""Replies: two levels; a reply to a reply joins the top comment's thread and keeps `reply_to`."""

import pytest

from posts.models import Comment
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(alice):
    return factories.post(alice)


@pytest.fixture
def say(client_for, post):
    def run(person, text, reply_to=None):
        body = {"text": text, "reply_to": reply_to} if reply_to else {"text": text}
        answer = client_for(person).post(f"/v1/posts/{post.pk}/comments", body)
        assert answer.status_code == 201, answer.json()
        return answer.json()["id"]

    return run


def assert_counts_equal_rows(post):
    post.refresh_from_db()
    assert post.comments_count == Comment.objects.live().filter(post=post).count()
    for comment in Comment.objects.live().filter(parent=None):
        assert comment.replies_count == comment.replies.live().count()


def test_replies_stand_in_one_thread_oldest_first(client_for, alice, bob, charlie, post, say):
    top = say(bob, "top")
    first = say(alice, "first", top)
    second = say(charlie, "second", first)
    other = say(bob, "other")
    listed = client_for(bob).get(f"/v1/posts/{post.pk}/comments").json()["results"]
    assert [(row["id"], row["replies_count"]) for row in listed] == [(other, 0), (top, 2)]
    replies = client_for(bob).get(f"/v1/comments/{top}/replies").json()["results"]
    assert [(row["id"], row["reply_to"]) for row in replies] == [(first, top), (second, first)]
    assert client_for(bob).get(f"/v1/comments/{first}/replies").json()["results"] == []
    assert Comment.objects.get(pk=second).parent_id == int(top)
    assert [row["thread"] for row in (*listed, *replies)] == [None, None, top, top]
    client_for(bob).delete(f"/v1/comments/{top}")
    alone = client_for(charlie).get(f"/v1/comments/{first}").json()
    assert (alone["reply_to"], alone["thread"]) == (None, top), "still no top comment"
    assert_counts_equal_rows(post)


def test_a_reply_to_a_comment_of_another_post_is_refused(client_for, alice, bob, post):
    elsewhere = factories.comment(factories.post(alice), bob)
    answer = client_for(bob).post(f"/v1/posts/{post.pk}/comments", {"text": "x", "reply_to": str(elsewhere.pk)})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/reply_to"
    assert_counts_equal_rows(post)


def test_a_reply_to_a_hidden_or_absent_comment_is_one_400(client_for, alice, bob, charlie, post):
    charlies = factories.post(charlie)
    hidden = factories.comment(charlies, charlie)
    factories.block(charlie, bob)
    gone = factories.comment(post, alice)
    client_for(alice).delete(f"/v1/comments/{gone.pk}")
    bodies = [
        client_for(bob).post(f"/v1/posts/{post.pk}/comments", {"text": "x", "reply_to": str(number)}).json()
        for number in (hidden.pk, gone.pk, 4711)
    ]
    assert [(body["status"], body["errors"][0]["pointer"]) for body in bodies] == [(400, "/reply_to")] * 3
    assert bodies[0] == bodies[1] == bodies[2]


def test_deleting_a_reply_counts_it_out(client_for, alice, bob, post, say):
    top = say(bob, "top")
    first = say(alice, "first", top)
    say(bob, "second", first)
    assert client_for(alice).delete(f"/v1/comments/{first}").status_code == 204
    replies = client_for(bob).get(f"/v1/comments/{top}/replies").json()["results"]
    assert [row["text"] for row in replies] == ["second"]
    assert client_for(bob).get(f"/v1/comments/{top}").json()["replies_count"] == 1
    assert_counts_equal_rows(post)


def test_replies_hang_on_whom_one_may_see(client_for, alice, bob, charlie, say):
    top = say(charlie, "top")
    reply = say(alice, "reply", top)
    factories.block(charlie, bob)
    assert client_for(bob).get(f"/v1/comments/{top}/replies").status_code == 404
    assert client_for(bob).get(f"/v1/comments/{reply}").status_code == 404
    assert client_for(alice).get(f"/v1/comments/{reply}").status_code == 200


def test_what_one_may_not_see_is_not_named(client_for, alice, bob, charlie, post, say):
    dora = factories.person("dora")
    top = say(bob, "top")
    first = say(dora, "first", top)
    second = say(charlie, "second", first)
    path = f"/v1/comments/{top}/replies"
    shown = {row["id"]: row["reply_to"] for row in client_for(bob).get(path).json()["results"]}
    assert shown == {first: top, second: first}
    factories.block(dora, bob)
    shown = {row["id"]: row["reply_to"] for row in client_for(bob).get(path).json()["results"]}
    assert shown == {second: None}
    assert client_for(dora).get(f"/v1/comments/{first}").status_code == 404, "it hangs on what she does not see"
    assert client_for(dora).delete(f"/v1/comments/{first}").status_code == 204, "but she can take back what she said"
    assert client_for(charlie).get(f"/v1/comments/{second}").json()["reply_to"] is None
