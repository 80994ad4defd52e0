"""`previous` of lists by ids: what came since a page, without gaps, also if it appears below what was there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from api.ids import id_at
from posts.models import Comment, Post
from stories.models import Highlight, Seen
from tests.support import factories

pytestmark = pytest.mark.django_db


def draft(alice, bob):
    return lambda moment: Post.objects.create(pk=id_at(moment), author=alice, is_draft=True).pk


def hidden_comment(alice, bob):
    post = factories.post(alice)
    fields = {"post": post, "author": bob, "text": "x", "hidden_for": alice}
    return lambda moment: Comment.objects.create(pk=id_at(moment), **fields).pk


def highlight(alice, bob):
    return lambda moment: Highlight.objects.create(pk=id_at(moment), owner=alice, title="x").pk


def expired_story(alice, bob):
    def make(moment):
        published = moment - timedelta(hours=24, seconds=1)
        age = timezone.now() - published
        return factories.story(alice, age=age, timeline_id=id_at(published)).pk

    return make


def seen_mark(alice, bob):
    story = factories.story(alice, pk=4711)

    def make(moment):
        person = factories.person(f"p{id_at(moment)}")
        return Seen.objects.create(pk=id_at(moment), story=story, viewer=person, seen_at=moment).viewer.username

    return make


LISTS = {
    "/v1/me/drafts": draft,
    "/v1/me/hidden-comments": hidden_comment,
    "/v1/highlights": highlight,
    "/v1/me/stories/archive": expired_story,
    "/v1/stories/4711/viewers": seen_mark,
}


@pytest.fixture(params=LISTS)
def listed(request, alice, bob, client_for):
    """What reads the list, and what adds a row to it, made so many seconds ago."""
    start, make, client = timezone.now(), LISTS[request.param](alice, bob), client_for(alice)
    return (
        lambda **parameters: client.get(request.param, parameters).json(),
        lambda ago: str(make(start - timedelta(seconds=ago))),
    )


def keys(body):
    return [row["id"] if "id" in row else row["user"]["username"] for row in body["results"]]


def climb(get, body, limit):
    """All that comes above a page, each once, the oldest first."""
    found = []
    while True:
        body = get(cursor=body["previous"], limit=limit)
        found += [key for key in reversed(keys(body)) if key not in found]
        if len(body["results"]) < limit:
            return found


def test_what_came_since_also_in_bursts_larger_than_a_page(listed):
    get, add = listed
    old = [add(7200 - number) for number in range(3)]
    first = get(limit=2)
    assert keys(first) == old[:0:-1]
    assert keys(get(cursor=first["previous"])) == []
    new = [add(9 - number) for number in range(5)]
    assert climb(get, first, 2) == new
    newer = get(cursor=first["previous"], limit=2)
    assert keys(newer) == new[1::-1]
    assert keys(get(cursor=newer["next"])) == old[::-1]


def test_above_a_page_further_down_come_those_right_above_it(listed):
    get, add = listed
    rows = [add(7200 - number) for number in range(5)]
    second = get(limit=2, cursor=get(limit=2)["next"])
    assert keys(second) == rows[2:0:-1]
    assert keys(get(limit=2, cursor=second["previous"])) == rows[:2:-1]


@pytest.mark.parametrize("limit", [1, 2, 20])
def test_what_appears_below_the_newest_is_not_missed(listed, limit):
    """Its number was given first, and its transaction ended last."""
    get, add = listed
    add(7200)
    new = [add(ago) for ago in (9, 7, 6)]
    before = get(limit=limit)
    late = add(8)
    assert climb(get, before, limit) == [new[0], late, *new[1:]]


def test_an_empty_list_gives_a_way_upwards(listed):
    get, add = listed
    empty = get()
    new = [add(ago) for ago in (9, 8)]
    assert climb(get, empty, 1) == new
