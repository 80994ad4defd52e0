"""Comments by newest, oldest and likes; what the post's author pins comes first. Pages are stable whatever moves."""

from functools import partial

import pytest

from posts.models import Comment, comment_lists
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(alice):
    return factories.post(alice)


def made(post, author, *likes):
    """Comments with these numbers of likes, oldest first."""
    return [factories.comment(post, author, str(number), likes_count=number) for number in likes]


def listed(client, post, order, *, limit=100, between=lambda: None):
    """The texts of all pages; `between` is called after each."""
    path, texts = f"/v1/posts/{post.pk}/comments?order={order}&limit={limit}", []
    cursor = ""
    while True:
        body = client.get(f"{path}{cursor}").json()
        assert len(body["results"]) <= limit
        texts += [row["text"] for row in body["results"]]
        if body["next"] is None:
            return texts
        cursor = f"&cursor={body['next']}"
        between()


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 100])
def test_each_order_in_pages(client_for, alice, bob, post, limit):
    made(post, alice, 0, 7, 3, 0, 9)
    factories.comment(post, alice, "3 later", likes_count=3)
    expected = {
        "newest": ["3 later", "9", "0", "3", "7", "0"],
        "oldest": ["0", "7", "3", "0", "9", "3 later"],
        "top": ["9", "7", "3 later", "3", "0", "0"],
    }
    for order, texts in expected.items():
        assert listed(client_for(bob), post, order, limit=limit) == texts
    assert listed(client_for(bob), post, "newest", limit=limit) == expected["newest"]


@pytest.mark.parametrize("limit", [1, 2, 4, 100])
@pytest.mark.parametrize("order", ["newest", "oldest", "top"])
def test_pinned_come_first_and_once(client_for, alice, bob, post, order, limit):
    comments = made(post, bob, 1, 2, 3, 4, 5, 6)
    for comment in (comments[4], comments[0], comments[2]):
        assert client_for(alice).put(f"/v1/comments/{comment.pk}/pin").json() == {"pinned": True}
    rest = {"newest": ["6", "4", "2"], "oldest": ["2", "4", "6"], "top": ["6", "4", "2"]}[order]
    assert listed(client_for(bob), post, order, limit=limit) == ["3", "1", "5", *rest]


@pytest.mark.parametrize("order", ["newest", "oldest", "top"])
def test_what_is_added_liked_and_pinned_meanwhile_moves_nothing(client_for, alice, bob, post, order):
    comments = made(post, bob, 1, 2, 3, 4, 5, 6, 0, 0)
    before = listed(client_for(bob), post, order)
    client, turns = client_for(alice), iter(range(100))

    def disturb():
        turn = next(turns) % len(comments)
        factories.comment(post, bob, "new", likes_count=50)
        Comment.objects.filter(pk=comments[turn].pk).update(likes_count=40 + turn)
        Comment.objects.filter(pk=comments[-1 - turn].pk).update(likes_count=0)
        if turn < 3:
            client.put(f"/v1/comments/{comments[turn * 2].pk}/pin")

    shown = listed(client_for(bob), post, order, limit=2, between=disturb)
    assert [text for text in shown if text != "new"] == before


def test_beyond_a_hundred_liked_ones_the_newest_follow(client_for, alice, bob, post, monkeypatch):
    # A hundred rows would take a second.
    monkeypatch.setattr(comment_lists, "MAX_BEST", 2)
    comment_lists._best_among.cache_clear()
    try:
        made(post, bob, 5, 9, 0, 7, 1)
        assert listed(client_for(bob), post, "top", limit=2) == ["9", "7", "1", "0", "5"]
    finally:
        comment_lists._best_among.cache_clear()


@pytest.mark.parametrize("order", ["newest", "oldest", "top"])
@pytest.mark.parametrize("limit", [1, 2, 20])
def test_many_hidden_ones_in_a_row_take_no_place(client_for, alice, bob, charlie, post, order, limit, monkeypatch):
    """More than are looked at first, also among the most liked. (Two of them, so that the test is short.)"""
    monkeypatch.setattr(comment_lists, "MAX_BEST", 2)
    comment_lists._best_among.cache_clear()
    try:
        made(post, bob, 3, 1)
        made(post, charlie, *[5] * 9, *[0] * 9)
        made(post, bob, 0, 4)
        factories.block(charlie, bob)
        expected = {"newest": ["4", "0", "1", "3"], "oldest": ["3", "1", "0", "4"], "top": ["4", "3", "0", "1"]}
        assert listed(client_for(bob), post, order, limit=limit) == expected[order]
    finally:
        comment_lists._best_among.cache_clear()


def test_a_cursor_is_of_one_order(client_for, bob, post):
    made(post, bob, 1, 2)
    path = f"/v1/posts/{post.pk}/comments"
    cursor = client_for(bob).get(f"{path}?order=top&limit=1").json()["next"]
    assert client_for(bob).get(f"{path}?cursor={cursor}").json()["code"] == "invalid_cursor"
    answer = client_for(bob).get(f"{path}?order=best")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/order")


def test_hidden_ones_take_no_place_among_pinned_and_best(client_for, alice, bob, charlie, post):
    made(post, charlie, 9, 8)
    comment = made(post, bob, 1)[0]
    pinned = factories.comment(post, charlie, "pinned")
    client_for(alice).put(f"/v1/comments/{pinned.pk}/pin")
    factories.block(charlie, bob)
    for order in ("newest", "top"):
        body = client_for(bob).get(f"/v1/posts/{post.pk}/comments?order={order}&limit=1").json()
        assert ([row["id"] for row in body["results"]], body["next"]) == ([str(comment.pk)], None)


def test_the_posts_author_pins_three_and_nobody_else_any(client_for, alice, bob, charlie, mallory, post):
    comments = made(post, bob, 0, 0, 0, 0)
    for person, status in ((bob, 403), (charlie, 403), (mallory, 404)):
        assert client_for(person).put(f"/v1/comments/{comments[0].pk}/pin").status_code == status
        assert client_for(person).delete(f"/v1/comments/{comments[0].pk}/pin").status_code == status
    for comment in comments[:3]:
        assert client_for(alice).put(f"/v1/comments/{comment.pk}/pin").status_code == 200
    assert client_for(alice).put(f"/v1/comments/{comments[0].pk}/pin").status_code == 200
    answer = client_for(alice).put(f"/v1/comments/{comments[3].pk}/pin")
    assert (answer.status_code, answer.json()["code"]) == (409, "comment_pin_cap")
    assert client_for(bob).get(f"/v1/comments/{comments[0].pk}").json()["pinned"] is True
    for _ in range(2):
        assert client_for(alice).delete(f"/v1/comments/{comments[0].pk}/pin").status_code == 204
    assert client_for(alice).put(f"/v1/comments/{comments[3].pk}/pin").status_code == 200


def test_a_reply_cannot_be_pinned(client_for, alice, bob, post):
    top = factories.comment(post, bob)
    reply = factories.comment(post, bob, parent=top, reply_to=top)
    answer = client_for(alice).put(f"/v1/comments/{reply.pk}/pin")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_a_deleted_one_leaves_its_place_among_the_three(client_for, alice, bob, post):
    comments = made(post, bob, 0, 0, 0, 0)
    for comment in comments[:3]:
        client_for(alice).put(f"/v1/comments/{comment.pk}/pin")
    client_for(bob).delete(f"/v1/comments/{comments[1].pk}")
    assert Comment.objects.get(pk=comments[1].pk).pinned_at is None
    assert client_for(alice).put(f"/v1/comments/{comments[3].pk}/pin").status_code == 200


def test_whoever_is_away_gives_their_pin_up_when_it_is_needed(client_for, alice, bob, charlie, post):
    gone = made(post, charlie, 0)[0]
    comments = made(post, bob, 0, 0, 0)
    for comment in (gone, *comments[:2]):
        client_for(alice).put(f"/v1/comments/{comment.pk}/pin")
    type(charlie).objects.filter(pk=charlie.pk).update(suspended_at="2026-11-01T00:00:00Z")
    assert client_for(alice).put(f"/v1/comments/{comments[2].pk}/pin").status_code == 200
    type(charlie).objects.filter(pk=charlie.pk).update(suspended_at=None)
    assert set(Comment.objects.pinned_to(post)) == set(comments)


@pytest.mark.django_db(transaction=True)
def test_eight_pins_at_once_are_three(client_for, alice, bob, post, run_concurrently):
    comments = made(post, bob, *range(8))
    answers = run_concurrently([partial(client_for(alice).put, f"/v1/comments/{row.pk}/pin") for row in comments])
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [409] * 5
    assert Comment.objects.pinned_to(post).count() == 3
    calls = [partial(client_for(alice).put, f"/v1/comments/{row.pk}/pin") for row in comments[:4]]
    calls += [partial(client_for(alice).delete, f"/v1/comments/{row.pk}/pin") for row in comments[2:6]]
    calls += [partial(client_for(bob).delete, f"/v1/comments/{row.pk}") for row in comments[3:5]]
    assert {answer.status_code for answer in run_concurrently(calls)} <= {200, 204, 404, 409}
    assert Comment.objects.pinned_to(post).count() <= 3
    assert not Comment.objects.filter(pinned_at__isnull=False, deleted_at__isnull=False).exists()
