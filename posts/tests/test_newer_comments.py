"""`previous` of comments by the newest: what came since, without gaps, also around pinned ones."""

import pytest

from posts.models import Comment
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(alice):
    return factories.post(alice)


@pytest.fixture
def get(client_for, bob, post):
    def read(**parameters):
        return client_for(bob).get(f"/v1/posts/{post.pk}/comments", parameters).json()

    return read


def texts(body):
    return [row["text"] for row in body["results"]]


def upwards(get, body, limit):
    found = []
    while True:
        body = get(cursor=body["previous"], limit=limit)
        found = texts(body) + found
        if len(body["results"]) < limit:
            return found


def say(post, author, *names, **fields):
    return [factories.comment(post, author, name, **fields) for name in names]


@pytest.mark.parametrize("limit", [1, 2, 3, 20])
def test_what_came_since_a_page_also_in_bursts_larger_than_one(get, alice, post, limit):
    empty = get()
    say(post, alice, "1", "2", "3")
    assert upwards(get, empty, limit) == ["3", "2", "1"]
    first = get(limit=limit)
    assert get(cursor=first["previous"])["results"] == []
    say(post, alice, "4", "5", "6", "7", "8")
    assert upwards(get, first, limit) == ["8", "7", "6", "5", "4"]
    newer = get(cursor=first["previous"], limit=2)
    assert texts(newer) == ["5", "4"]
    assert texts(get(cursor=newer["next"])) == ["3", "2", "1"]


def test_above_a_page_further_down_come_those_right_above_it(get, alice, post):
    say(post, alice, "1", "2", "3", "4", "5")
    first = get(limit=2)
    second = get(limit=2, cursor=first["next"])
    assert texts(second) == ["3", "2"]
    assert texts(get(limit=2, cursor=second["previous"])) == ["5", "4"]
    Comment.objects.filter(text__in=["1", "2", "3"]).delete()
    gone = get(limit=2, cursor=first["next"])
    assert texts(gone) == []
    assert texts(get(cursor=gone["previous"])) == ["5", "4"]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 20])
def test_pinned_ones_leave_no_gap_and_come_by_their_age(get, client_for, alice, post, limit):
    rows = say(post, alice, "1", "2", "3", "4")
    for row in (rows[3], rows[0]):
        client_for(alice).put(f"/v1/comments/{row.pk}/pin")
    first = get(limit=limit)
    shown, page = texts(first), first
    while page["next"]:
        page = get(limit=limit, cursor=page["next"])
        shown += texts(page)
    assert shown == ["1", "4", "3", "2"]
    say(post, alice, "5", "6")
    client_for(alice).put(f"/v1/comments/{say(post, alice, '7')[0].pk}/pin")
    came = upwards(get, first, limit)
    assert came[:3] == ["7", "6", "5"]
    assert set(came[3:]) <= set(shown)


def test_only_pinned_ones_are_a_page_with_a_way_up(get, client_for, alice, post):
    (row,) = say(post, alice, "1")
    client_for(alice).put(f"/v1/comments/{row.pk}/pin")
    first = get()
    assert (texts(first), texts(get(cursor=first["previous"]))) == (["1"], [])
    say(post, alice, "2")
    assert texts(get(cursor=first["previous"])) == ["2"]


@pytest.mark.parametrize("order", ["oldest", "top"])
def test_other_orders_do_not_grow_at_their_head(get, alice, post, order):
    say(post, alice, "1")
    assert get(order=order)["previous"] is None
    up = get()["previous"]
    assert get(order=order, cursor=up)["code"] == "invalid_cursor"


def test_what_is_hidden_is_not_in_the_cursor(get, alice, bob, charlie, post):
    say(post, alice, "1")
    before = get()
    say(post, charlie, "hidden")
    factories.block(charlie, bob)
    assert get() == before
    up = get(cursor=before["previous"])
    assert (up["results"], up["previous"]) == ([], before["previous"])


def test_a_place_of_replies_comes_upwards_too(get, alice, bob, post):
    empty = get()
    (top,) = say(post, alice, "gone")
    say(post, bob, "reply", parent=top, reply_to=top)
    Comment.objects.filter(pk=top.pk).update(deleted_at="2026-11-01T00:00:00Z", replies_count=1)
    assert [row["removed"] for row in get(cursor=empty["previous"])["results"]] == [True]
