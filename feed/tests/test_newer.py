"""What is newer than what one has: by `previous`, without a gap, and by `ETag`, without a body."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from api import cards
from api.ids import id_at
from feed import actions
from media.models import Media
from posts.models import Mention, Post, Reaction, Save
from social.models import Follow
from tests.support import factories


def post_of(author, *, minutes_ago, **fields):
    """A post that appeared so long ago."""
    row = factories.post(author, photos=0, **fields)
    moment = id_at(timezone.now() - timedelta(minutes=minutes_ago), row.pk)  # two may fall into one millisecond
    Post.objects.filter(pk=row.pk).update(timeline_id=moment)
    return row


def ids(body):
    return [int(post["id"]) for post in body["results"]]


def walk_up(client, cursor, limit=2):
    """All pages upwards: their ids."""
    found = []
    while True:
        body = client.get("/v1/feed", {"cursor": cursor, "limit": limit}).json()
        if not body["results"]:
            return found
        found.append(ids(body))
        assert body["previous"] != cursor
        cursor = body["previous"]


def test_previous_gives_what_came_since_in_pages_without_a_gap(alice, bob, client_for):
    old = [post_of(alice, minutes_ago=minute) for minute in (60, 50)]
    client = client_for(bob)
    first = client.get("/v1/feed").json()
    assert ids(first) == [old[1].pk, old[0].pk]
    assert client.get("/v1/feed", {"cursor": first["previous"]}).json()["results"] == []
    new = [post_of(alice, minutes_ago=minute).pk for minute in (40, 35, 30, 25, 20)]
    assert walk_up(client, first["previous"]) == [[new[1], new[0]], [new[3], new[2]], [new[4]]]
    assert walk_up(client, first["previous"], limit=100) == [new[::-1]]


def climb(client, cursor, limit):
    """As docs/api.md says: up to the page that is not full. The ids, and where to go on the next time."""
    found = []
    while True:
        body = client.get("/v1/feed", {"cursor": cursor, "limit": limit}).json()
        found += sorted(ids(body))
        cursor = body["previous"]
        if len(body["results"]) < limit:
            return found, cursor


def test_a_burst_larger_than_a_page_is_passed_and_what_appears_late_in_it_is_found(alice, bob, client_for):
    client = client_for(bob)
    first = client.get("/v1/feed").json()
    burst = [factories.post(alice, photos=0).pk for _ in range(6)]
    late = Post.objects.filter(pk=burst.pop(1))
    late.update(deleted_at=timezone.now())  # it has its id already and cannot be seen yet
    found, cursor = climb(client, first["previous"], limit=2)
    assert found == burst
    late.update(deleted_at=None)
    again, cursor = climb(client, cursor, limit=2)
    assert set(again) == {*burst, late.get().pk}
    assert set(climb(client, cursor, limit=100)[0]) == set(again)


def test_the_link_header_says_both_ways(alice, bob, client_for):
    for minute in (60, 50, 40):
        post_of(alice, minutes_ago=minute)
    answer = client_for(bob).get("/v1/feed?limit=2")
    assert 'rel="next"' in answer.headers["Link"]
    assert 'rel="prev"' in answer.headers["Link"]


def test_from_a_page_upwards_one_can_go_down_again(alice, bob, client_for):
    posts = [post_of(alice, minutes_ago=minute).pk for minute in (60, 50, 40)]
    client = client_for(bob)
    last = client.get("/v1/feed", {"cursor": client.get("/v1/feed?limit=2").json()["next"]}).json()
    assert ids(last) == [posts[0]]
    up = client.get("/v1/feed", {"cursor": last["previous"]}).json()
    assert ids(up) == [posts[2], posts[1]]
    assert ids(client.get("/v1/feed", {"cursor": up["next"]}).json()) == [posts[0]]


def test_previous_of_a_page_that_became_empty_begins_right_above_it(alice, bob, client_for):
    posts = [post_of(alice, minutes_ago=minute).pk for minute in (60, 50, 40)]
    client = client_for(bob)
    below = client.get("/v1/feed?limit=2").json()["next"]
    Post.objects.filter(pk=posts[0]).update(deleted_at=timezone.now())
    last = client.get("/v1/feed", {"cursor": below}).json()
    assert ids(last) == []
    assert ids(client.get("/v1/feed", {"cursor": last["previous"]}).json()) == [posts[2], posts[1]]


def test_what_is_not_pushed_yet_is_not_missed(alice, bob, client_for):
    post_of(alice, minutes_ago=60)
    actions.build(user=bob)
    client = client_for(bob)
    first = client.get("/v1/feed").json()
    assert first["source"] == "cache"
    late = post_of(alice, minutes_ago=30)
    assert ids(client.get("/v1/feed", {"cursor": first["previous"]}).json()) == [late.pk]


def test_what_appears_late_below_the_newest_is_not_missed(alice, bob, client_for):
    """An id is older than its commit: a slow transaction shows its post after a quick one that began later."""
    newest = factories.post(alice, photos=0)
    client = client_for(bob)
    first = client.get("/v1/feed").json()
    assert ids(first) == [newest.pk]
    slow = factories.post(alice, photos=0)
    Post.objects.filter(pk=slow.pk).update(timeline_id=newest.timeline_id - 1)
    assert slow.pk in ids(client.get("/v1/feed", {"cursor": first["previous"]}).json())


def test_an_empty_feed_can_be_asked_as_well(alice, charlie, client_for):
    client = client_for(charlie)
    first = client.get("/v1/feed").json()
    assert (first["results"], first["next"]) == ([], None)
    factories.follow(charlie, alice)
    post = factories.post(alice)
    assert ids(client.get("/v1/feed", {"cursor": first["previous"]}).json()) == [post.pk]


def test_upwards_the_rule_holds_too(alice, bob, charlie, client_for):
    post_of(alice, minutes_ago=60)
    client = client_for(bob)
    cursor = client.get("/v1/feed").json()["previous"]
    for author in (alice, charlie, factories.person(private=True)):
        post_of(author, minutes_ago=30)
    muted = factories.person()
    factories.follow(bob, muted)
    post_of(muted, minutes_ago=20)
    factories.mute(bob, muted)
    assert len(ids(client.get("/v1/feed", {"cursor": cursor}).json())) == 1
    factories.block(alice, bob)
    assert ids(client.get("/v1/feed", {"cursor": cursor}).json()) == []


CHANGES = {
    "a like of somebody else": lambda alice, bob, post: Post.objects.filter(pk=post.pk).update(likes_count=9),
    "one's own like": lambda alice, bob, post: Reaction.objects.create(user=bob, post=post, kind="like"),
    "a save": lambda alice, bob, post: Save.objects.create(user=bob, post=post),
    "a comment": lambda alice, bob, post: factories.comment(post, alice),
    "an edit": lambda alice, bob, post: Post.objects.filter(pk=post.pk).update(caption="other words"),
    "a new post": lambda alice, bob, post: factories.post(bob),
    "another name": lambda alice, bob, post: User.objects.filter(pk=alice.pk).update(name="Alicia"),
    "another picture": lambda alice, bob, post: User.objects.filter(pk=alice.pk).update(avatar=factories.media(alice)),
    "another text of a photo": lambda alice, bob, post: Media.objects.update(alt_text="the sea"),
    "another order": lambda alice, bob, post: post.items.filter(position=0).update(position=5),
    "another tag": lambda alice, bob, post: factories.tagged(post, "sea"),
    "a mention": lambda alice, bob, post: Mention.objects.create(post=post, user=bob),
    "a deletion": lambda alice, bob, post: Post.objects.filter(pk=post.pk).update(deleted_at=timezone.now()),
    "an unfollow": lambda alice, bob, post: Follow.objects.filter(follower=bob).delete(),
    "a private account": lambda alice, bob, post: User.objects.filter(pk=alice.pk).update(is_private=True),
}


@pytest.mark.parametrize("change", CHANGES)
def test_304_until_something_changes(alice, bob, client_for, change):
    post = factories.post(alice, photos=2)
    actions.build(user=bob)
    client = client_for(bob)
    first = client.get("/v1/feed")
    etag = first.headers["ETag"]
    assert etag.startswith('W/"')  # `source` and `generated_at` may be others
    same = client.get("/v1/feed", headers={"If-None-Match": etag})
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", etag)
    assert "Content-Type" not in same.headers
    CHANGES[change](alice, bob, post)
    after = client.get("/v1/feed", headers={"If-None-Match": etag})
    assert after.status_code == 200
    assert after.headers["ETag"] != etag
    assert after.content != first.content


def test_a_mention_that_is_hidden_now_is_a_change(alice, bob, client_for):
    zoe = factories.person("zoe")
    Mention.objects.create(post=factories.post(alice), user=zoe)
    actions.build(user=bob)
    client = client_for(bob)
    first = client.get("/v1/feed")
    assert first.json()["results"][0]["mentions"] == ["zoe"]
    factories.block(zoe, bob)
    after = client.get("/v1/feed", headers={"If-None-Match": first.headers["ETag"]})
    assert after.json()["results"][0]["mentions"] == []


def test_the_tokens_of_another_time_are_a_change(alice, bob, client_for, monkeypatch):
    """Tokens are signed for a bucket of time; the clock is moved, nobody sleeps."""
    factories.post(alice)
    actions.build(user=bob)
    client = client_for(bob)
    monkeypatch.setattr("media.tokens.time.time", lambda: 1_800_000_000)
    first = client.get("/v1/feed")
    monkeypatch.setattr("media.tokens.time.time", lambda: 1_800_000_000 + 3600)
    after = client.get("/v1/feed", headers={"If-None-Match": first.headers["ETag"]})
    assert after.status_code == 200
    assert after.json()["results"][0]["media"][0]["url"] != first.json()["results"][0]["media"][0]["url"]


def test_304_costs_one_query_and_no_cards(alice, bob, client_for, monkeypatch):
    for _ in range(3):
        factories.post(alice)
    actions.build(user=bob)
    client = client_for(bob)
    etag = client.get("/v1/feed").headers["ETag"]
    monkeypatch.setattr(cards.Cards, "get", None)  # whoever reads a card now fails
    with CaptureQueriesContext(connection) as captured:
        answer = client.get("/v1/feed", headers={"If-None-Match": f'"other", {etag}'})
    assert (answer.status_code, len(captured)) == (304, 1)


def test_tags_differ_between_pages_and_people(alice, bob, client_for):
    for _ in range(3):
        factories.post(alice)
    etags = {
        client_for(viewer).get(address).headers["ETag"]
        for viewer in (alice, bob)
        for address in ("/v1/feed", "/v1/feed?limit=2")
    }
    assert len(etags) == 4


def test_where_a_page_came_from_is_no_change(alice, bob, client_for):
    """Built by the request, then read from Redis, then from Postgres: a page and its posts are the same."""
    for _ in range(3):
        factories.post(alice)
    client = client_for(bob)
    built = client.get("/v1/feed?limit=2")
    actions.build(user=bob)
    cached = client.get("/v1/feed?limit=2")
    assert (built.json()["source"], cached.json()["source"]) == ("rebuilt", "cache")
    known = client.get("/v1/feed?limit=2", headers={"If-None-Match": built.headers["ETag"]})
    assert (known.status_code, known["Feed-Source"]) == (304, "cache")
    address = f"/v1/feed?limit=2&cursor={built.json()['previous']}"
    newer = client.get(address)
    same = client.get(address, headers={"If-None-Match": newer.headers["ETag"]})
    assert (newer.json()["source"], same.status_code, same.content) == ("database", 304, b"")
    client.put(f"/v1/posts/{newer.json()['results'][0]['id']}/like")
    assert client.get(address, headers={"If-None-Match": newer.headers["ETag"]}).status_code == 200
