"""Comments under a post, and their likes."""

from functools import partial
from threading import Event

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from api.renderers import JSONRenderer
from posts import actions
from posts.models import Comment, CommentLike, CommentMention, Post
from posts.serializers import CommentSerializer
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(alice):
    return factories.post(alice)


def count_of(post):
    post.refresh_from_db()
    assert post.comments_count == Comment.objects.live().filter(post=post).count()
    return post.comments_count


def test_a_comment_is_shown_with_its_author_and_counted(client_for, bob, charlie, post):
    answer = client_for(bob).post(f"/v1/posts/{post.pk}/comments", {"text": " What a light! 🌅 "})
    assert answer.status_code == 201
    shown = client_for(charlie).get(f"/v1/posts/{post.pk}/comments").json()["results"]
    assert shown == [answer.json()]
    assert set(shown[0]) == {
        "id", "post", "author", "text", "mentions", "reply_to", "thread", "replies_count", "likes_count", "pinned",
        "edited", "hidden", "removed", "viewer", "created_at",
    }  # fmt: skip
    assert shown[0]["text"] == "What a light! 🌅"
    assert shown[0]["author"]["username"] == "bob"
    assert (shown[0]["reply_to"], shown[0]["viewer"]) == (None, {"liked": False})
    assert client_for(charlie).get(f"/v1/comments/{shown[0]['id']}").json() == shown[0]
    assert count_of(post) == 1


def test_newest_first(client_for, bob, post):
    made = [factories.comment(post, bob, f"number {number}") for number in range(3)]
    shown = client_for(bob).get(f"/v1/posts/{post.pk}/comments").json()["results"]
    assert [row["id"] for row in shown] == [str(row.pk) for row in reversed(made)]


def test_256_characters_are_taken(client_for, bob, post):
    answer = client_for(bob).post(f"/v1/posts/{post.pk}/comments", {"text": "é" * 256})
    assert (answer.status_code, answer.json()["text"]) == (201, "é" * 256)


def test_turned_off_nobody_comments_but_the_old_ones_stay(client_for, alice, bob, post):
    factories.comment(post, bob, "early")
    client_for(alice).patch(f"/v1/posts/{post.pk}", {"comments_enabled": False})
    for person in (alice, bob):
        answer = client_for(person).post(f"/v1/posts/{post.pk}/comments", {"text": "late"})
        assert (answer.status_code, answer.json()["code"]) == (403, "comments_off")
    assert len(client_for(bob).get(f"/v1/posts/{post.pk}/comments").json()["results"]) == 1
    assert count_of(post) == 1


def test_its_author_and_the_posts_author_delete_it_nobody_else(client_for, alice, bob, charlie, mallory, post):
    for deleter, status in ((charlie, 403), (mallory, 404), (bob, 204), (alice, 204)):
        comment = factories.comment(post, bob)
        answer = client_for(deleter).delete(f"/v1/comments/{comment.pk}")
        assert answer.status_code == status
        assert client_for(alice).get(f"/v1/comments/{comment.pk}").status_code == (404 if status == 204 else 200)
    assert count_of(post) == 2


def test_deleted_twice_is_a_404_and_counted_once(client_for, bob, post):
    comment = factories.comment(post, bob)
    assert [client_for(bob).delete(f"/v1/comments/{comment.pk}").status_code for _ in range(2)] == [204, 404]
    assert count_of(post) == 0


def test_comments_are_left_out_where_their_author_may_not_be_seen(client_for, alice, bob, charlie, post):
    blocked, blocker, gone = factories.person("blocked"), factories.person("blocker"), factories.person("gone")
    made = {person.username: factories.comment(post, person) for person in (blocked, blocker, gone, charlie)}
    factories.block(bob, blocked)
    factories.block(blocker, bob)
    factories.mute(bob, charlie)
    User.objects.filter(pk=gone.pk).update(suspended_at="2026-11-01T00:00:00Z")
    shown = client_for(bob).get(f"/v1/posts/{post.pk}/comments").json()["results"]
    assert [row["author"]["username"] for row in shown] == ["charlie"]
    for name in ("blocked", "blocker", "gone"):
        assert client_for(bob).get(f"/v1/comments/{made[name].pk}").status_code == 404
        assert client_for(bob).put(f"/v1/comments/{made[name].pk}/like").status_code == 404
        answer = client_for(bob).post(f"/v1/posts/{post.pk}/comments", {"text": "x", "reply_to": str(made[name].pk)})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/reply_to")
    assert count_of(post) == 4


@pytest.mark.parametrize("comments_enabled", [True, False])
@pytest.mark.parametrize("direction", ["by her", "by them"])
def test_a_block_takes_no_comment_from_the_posts_author(client_for, alice, bob, post, direction, comments_enabled):
    comment, other = factories.comment(post, bob, "rude"), factories.comment(post, alice, "mine")
    replies = [factories.comment(post, bob, "ruder", parent=top, reply_to=top) for top in (comment, other)]
    Comment.objects.filter(pk__in=[comment.pk, other.pk]).update(replies_count=1)
    factories.block(*((alice, bob) if direction == "by her" else (bob, alice)))
    Post.objects.filter(pk=post.pk).update(comments_enabled=comments_enabled)
    her = client_for(alice)
    shown = her.get(f"/v1/posts/{post.pk}/comments").json()["results"]
    assert [row["text"] for row in shown] == ["mine", "rude"]
    for top, reply in zip((comment, other), replies, strict=True):
        thread = her.get(f"/v1/comments/{top.pk}/replies").json()["results"]
        assert [(row["id"], row["reply_to"]) for row in thread] == [(str(reply.pk), str(top.pk))]
        assert her.get(f"/v1/comments/{reply.pk}").json()["text"] == "ruder"
    for one in (comment, *replies):
        assert her.delete(f"/v1/comments/{one.pk}").status_code == 204
    assert list(Comment.objects.live()) == [other]
    assert count_of(post) == 1


@pytest.mark.parametrize("direction", ["by her", "by them"])
def test_over_a_block_the_posts_author_reads_and_deletes_but_does_not_answer(client_for, alice, bob, post, direction):
    comment = factories.comment(post, bob)
    factories.block(*((alice, bob) if direction == "by her" else (bob, alice)))
    assert client_for(alice).put(f"/v1/comments/{comment.pk}/like").status_code == 404
    body = {"text": "x", "reply_to": str(comment.pk)}
    assert client_for(alice).post(f"/v1/posts/{post.pk}/comments", body).status_code == 400


@pytest.mark.parametrize("away", ["suspended_at", "deactivated_at"])
def test_what_nobody_sees_is_not_shown_to_the_posts_author(client_for, alice, bob, post, away):
    comment = factories.comment(post, bob)
    User.objects.filter(pk=bob.pk).update(**{away: "2026-11-01T00:00:00Z"})
    assert client_for(alice).get(f"/v1/posts/{post.pk}/comments").json()["results"] == []
    assert client_for(alice).get(f"/v1/comments/{comment.pk}").status_code == 404
    assert client_for(alice).delete(f"/v1/comments/{comment.pk}").status_code == 404


@pytest.mark.parametrize("where", ["posts/{}/comments", "comments/{}", "comments/{}/replies"])
def test_under_a_hidden_post_nothing_is_shown(client_for, alice, mallory, post, where):
    comment = factories.comment(post, alice)
    number = post.pk if where.startswith("posts") else comment.pk
    assert client_for(alice).get(f"/v1/{where.format(number)}").status_code == 200
    assert client_for(mallory).get(f"/v1/{where.format(number)}").status_code == 404


def test_nobody_comments_on_what_they_do_not_see(client_for, mallory, post):
    assert client_for(mallory).post(f"/v1/posts/{post.pk}/comments", {"text": "boo"}).status_code == 404
    assert count_of(post) == 0


def test_a_comments_like_is_one_row(client_for, alice, bob, post):
    comment = factories.comment(post, alice)
    answers = [client_for(bob).put(f"/v1/comments/{comment.pk}/like") for _ in range(2)]
    assert [answer.json() for answer in answers] == [{"liked": True, "likes_count": 1}] * 2
    assert client_for(bob).get(f"/v1/comments/{comment.pk}").json()["viewer"] == {"liked": True}
    assert client_for(alice).get(f"/v1/comments/{comment.pk}").json()["viewer"] == {"liked": False}
    assert [client_for(bob).delete(f"/v1/comments/{comment.pk}/like").status_code for _ in range(2)] == [204, 204]
    comment.refresh_from_db()
    assert (comment.likes_count, CommentLike.objects.count()) == (0, 0)


def test_a_comments_like_is_taken_back_though_one_sees_it_no_more(client_for, alice, bob, post):
    comment = factories.comment(post, alice)
    client_for(bob).put(f"/v1/comments/{comment.pk}/like")
    factories.block(alice, bob)
    assert client_for(bob).delete(f"/v1/comments/{comment.pk}/like").status_code == 204
    comment.refresh_from_db()
    assert comment.likes_count == 0


def test_who_likes_a_comment_is_listed_for_whom_one_may_see(client_for, alice, bob, charlie, mallory, post):
    comment, dora = factories.comment(post, bob), factories.person("dora")
    for person in (alice, charlie, dora):
        client_for(person).put(f"/v1/comments/{comment.pk}/like")
    factories.block(dora, bob)
    path = f"/v1/comments/{comment.pk}/likes"
    first = client_for(bob).get(f"{path}?limit=1").json()
    second = client_for(bob).get(f"{path}?limit=1&cursor={first['next']}").json()
    assert [row["username"] for row in first["results"] + second["results"]] == ["charlie", "alice"]
    assert second["next"] is None
    assert client_for(bob).get(f"/v1/comments/{comment.pk}").json()["likes_count"] == 3
    assert client_for(mallory).get(path).status_code == 404
    client_for(bob).delete(f"/v1/comments/{comment.pk}")
    assert client_for(alice).get(path).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_eight_likes_of_a_comment_at_once_are_one(client_for, alice, bob, post, run_concurrently):
    comment = factories.comment(post, alice)
    run_concurrently([partial(client_for(bob).put, f"/v1/comments/{comment.pk}/like") for _ in range(8)])
    comment.refresh_from_db()
    assert comment.likes_count == CommentLike.objects.count() == 1
    calls = [partial(client_for(bob).put, f"/v1/comments/{comment.pk}/like") for _ in range(4)]
    calls += [partial(client_for(bob).delete, f"/v1/comments/{comment.pk}/like") for _ in range(4)]
    assert {answer.status_code for answer in run_concurrently(calls)} == {200, 204}
    comment.refresh_from_db()
    assert comment.likes_count == CommentLike.objects.count()


@pytest.mark.django_db(transaction=True)
def test_commenting_replying_and_deleting_at_once_count_right(client_for, alice, bob, post, run_concurrently):
    top = factories.comment(post, bob)
    calls = [partial(client_for(alice).delete, f"/v1/comments/{top.pk}") for _ in range(2)]
    body = {"text": "reply", "reply_to": str(top.pk)}
    calls += [partial(client_for(bob).post, f"/v1/posts/{post.pk}/comments", body) for _ in range(4)]
    calls += [partial(client_for(alice).post, f"/v1/posts/{post.pk}/comments", {"text": "new"}) for _ in range(2)]
    assert {answer.status_code for answer in run_concurrently(calls)} <= {201, 204, 400, 404}
    top.refresh_from_db()
    assert top.deleted_at is not None
    assert top.replies_count == Comment.objects.live().filter(parent=top).count()
    assert count_of(Post.objects.get(pk=post.pk)) == 2 + top.replies_count


@pytest.mark.django_db(transaction=True)
def test_a_reply_under_way_is_counted_by_a_comment_that_is_deleted(alice, bob, post, run_concurrently):
    top = factories.comment(post, bob)
    replied = Event()

    def reply():
        with transaction.atomic():
            actions.comment(author=bob, post=post, text="reply", reply_to=top)
            replied.set()
            Event().wait(0.5)  # the other one runs into this transaction before it commits

    def delete():
        assert replied.wait(10)
        actions.delete_comment(comment=top)

    run_concurrently([reply, delete])
    assert Comment.objects.get(pk=top.pk).replies_count == 1
    assert count_of(post) == 1


def test_a_row_is_the_serializers_bytes(alice, bob, charlie, mallory, client_for):
    """Of lists, which are put together from cards: with and without a picture, edited, named, gone, hidden."""
    post = factories.post(alice)
    User.objects.filter(pk=bob.pk).update(avatar=factories.media(bob, references=1))
    first = factories.comment(post, bob, 'for @charlie "é" \\ </script>', likes_count=2, pinned_at=timezone.now())
    CommentMention.objects.create(comment=first, user=charlie, name="charlie")
    CommentLike.objects.create(comment=first, user=charlie)
    gone = factories.comment(post, bob, "gone", deleted_at=timezone.now(), replies_count=1)
    factories.comment(post, alice, "answer", parent=gone, reply_to=gone, edited_at=timezone.now())
    factories.comment(post, charlie, "own hidden", hidden_for=alice)
    factories.comment(post, None, "", deleted_at=timezone.now(), replies_count=1)
    Comment.objects.create(post=post, author=bob, text="under nobody", parent=Comment.objects.get(author=None))
    factories.comment(post, mallory, "by whom alice blocks")
    for viewer in (alice, bob, charlie):
        for address in (f"/v1/posts/{post.pk}/comments?limit=2", f"/v1/comments/{gone.pk}/replies"):
            answer = client_for(viewer).get(address)
            listed = [row["id"] for row in answer.json()["results"]]
            rows = Comment.objects.for_display(viewer).in_bulk([int(pk) for pk in listed])
            shape = CommentSerializer([rows[int(pk)] for pk in listed], many=True, context={"viewer": viewer})
            made = [JSONRenderer().render(row) for row in shape.data]
            assert listed
            assert answer.content.startswith(b'{"results":[%b],"next":' % b",".join(made))
