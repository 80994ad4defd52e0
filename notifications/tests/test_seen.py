"""Notifications gather until they are seen; the count is that of the list."""

import pytest

from notifications.actions import Fact, note
from notifications.models import Kind
from notifications.tests.conftest import told
from posts.models import Reaction
from tests.support import factories

pytestmark = pytest.mark.django_db


def liked(post, person):
    Reaction.objects.create(user=person, post=post, kind=Reaction.Kind.LIKE)
    return Fact(post.author_id, Kind.LIKE, person.pk, post.pk, post=post.pk)


def like(client_for, post, *people):
    for person in people:
        client_for(person).put(f"/v1/posts/{post.pk}/like")


def test_likes_of_a_post_are_one_until_seen_then_another(client_for, alice, bob, charlie, shown):
    post, people = factories.post(alice), [factories.person() for _ in range(5)]
    like(client_for, post, *people)
    (row,) = shown(alice)
    assert (len(row["actors"]), row["actors_count"]) == (3, 5)
    assert client_for(alice).put("/v1/notifications/seen", {"up_to": row["id"]}).json() == {"count": 0}
    like(client_for, post, bob, charlie)
    after = shown(alice)
    assert [(one["seen"], one["actors_count"]) for one in after] == [(False, 2), (True, 5)]
    assert int(after[0]["id"]) > int(row["id"])


def test_what_joined_after_the_look_stays_new(client_for, alice, bob, charlie, shown):
    post = factories.post(alice)
    like(client_for, post, bob)
    (before,) = shown(alice)
    like(client_for, post, charlie)
    shown(alice)
    assert client_for(alice).put("/v1/notifications/seen", {"up_to": before["id"]}).json() == {"count": 1}
    (now,) = shown(alice)
    assert (now["seen"], now["actors_count"]) == (False, 2)


def test_seen_takes_nothing_back_and_nothing_ahead(client_for, alice, bob, charlie, shown):
    client_for(bob).delete("/v1/users/alice/follow")
    like(client_for, factories.post(alice), bob)
    assert len(shown(alice)) == 1
    client = client_for(alice)
    assert client.put("/v1/notifications/seen", {"up_to": str(2**63 - 1)}).json() == {"count": 0}
    assert client.put("/v1/notifications/seen", {"up_to": "1"}).json() == {"count": 0}
    like(client_for, factories.post(alice), charlie)
    assert [one["seen"] for one in shown(alice)] == [False, True]
    refused = client.put("/v1/notifications/seen", {"up_to": "soon"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/up_to")


def test_taking_back_and_doing_again_is_not_new(client_for, alice, charlie, shown):
    client = client_for(charlie)
    client.put("/v1/users/alice/follow")
    (row,) = shown(alice)
    client_for(alice).put("/v1/notifications/seen", {"up_to": row["id"]})
    for _ in range(3):
        client.delete("/v1/users/alice/follow")
        assert shown(alice) == []
        client.put("/v1/users/alice/follow")
        assert [(one["id"], one["seen"]) for one in shown(alice)] == [(row["id"], True)]


def test_the_count_stops_at_a_hundred_and_pages_hold_all(client_for, alice, bob, shown):
    note(facts=[liked(factories.post(alice, photos=0), bob) for _ in range(105)])
    client = client_for(alice)
    assert client.get("/v1/notifications/unread-count").json() == {"count": 100}
    seen, cursor = [], ""
    while cursor is not None:
        page = client.get(f"/v1/notifications?limit=50&cursor={cursor}").json()
        seen += [row["id"] for row in page["results"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == 105


def test_pages_are_stable_while_rows_are_added_and_the_newer_ones_are_found(client_for, alice, bob, charlie, shown):
    posts = [factories.post(alice) for _ in range(4)]
    for post in posts[:3]:
        like(client_for, post, bob)
        shown(alice)
    client = client_for(alice)
    first = client.get("/v1/notifications?limit=2").json()
    like(client_for, posts[3], charlie)
    shown(alice)
    second = client.get(f"/v1/notifications?limit=2&cursor={first['next']}").json()
    assert [row["post"]["id"] for row in first["results"] + second["results"]] == [
        str(post.pk) for post in posts[2::-1]
    ]
    newer = client.get(f"/v1/notifications?cursor={first['previous']}").json()["results"]
    assert [row["post"]["id"] for row in newer] == [str(posts[3].pk)]


def test_what_is_hidden_on_top_of_many_changes_no_page(client_for, alice, bob, charlie):
    """Each was joined last by somebody muted, in another order, so that the newest rows are none of what is shown."""
    posts = [factories.post(alice, photos=0) for _ in range(11)]
    note(facts=[liked(post, bob) for post in posts])
    note(facts=[liked(post, charlie) for post in reversed(posts)])
    note(facts=[liked(factories.post(alice, photos=0), charlie) for _ in range(11)])
    factories.mute(alice, charlie)
    client, shown = client_for(alice), []
    page = client.get("/v1/notifications?limit=1").json()
    newer = client.get(f"/v1/notifications?cursor={page['previous']}").json()["results"]
    while page["results"]:
        shown += [row["post"]["id"] for row in page["results"]]
        page = (
            client.get(f"/v1/notifications?limit=1&cursor={page['next']}").json() if page["next"] else {"results": []}
        )
    assert (shown, newer) == ([str(post.pk) for post in reversed(posts)], [])
    ids = [row["id"] for row in client.get("/v1/notifications").json()["results"]]
    assert ids == sorted(ids, key=int, reverse=True)
    assert client.get("/v1/notifications/unread-count").json() == {"count": 11}


def test_a_page_that_the_client_has_is_not_sent_again(client_for, alice, bob, shown):
    like(client_for, factories.post(alice), bob)
    shown(alice)
    client = client_for(alice)
    etag = client.get("/v1/notifications")["ETag"]
    assert client.get("/v1/notifications", headers={"If-None-Match": etag}).status_code == 304
    factories.mute(alice, bob)
    after = client.get("/v1/notifications", headers={"If-None-Match": etag})
    assert after.json()["results"] == []


def test_settings_choose_from_whom(client_for, alice, bob, charlie, shown):
    client = client_for(alice)
    factories.follow(alice, bob)
    assert client.get("/v1/me/notification-settings").json()["story"] == "nobody"
    answer = client.patch("/v1/me/notification-settings", {"like": "people_i_follow", "comment": "nobody"})
    assert answer.json()["like"] == client.get("/v1/me/notification-settings").json()["like"] == "people_i_follow"
    post = factories.post(alice)
    like(client_for, post, bob, charlie)
    client_for(bob).post(f"/v1/posts/{post.pk}/comments", {"text": "hello"})
    assert told(shown(alice)) == [("like", ["bob"])]
    assert client.patch("/v1/me/notification-settings", {"like": "some"}).status_code == 400


def test_a_page_of_one_and_of_thirty_cost_the_same_queries(client_for, alice, bob, django_assert_max_num_queries):
    client = client_for(alice)
    for number in (1, 30):
        note(facts=[liked(factories.post(alice), bob) for _ in range(number)])
        client.get("/v1/notifications?limit=50")
        with django_assert_max_num_queries(3):
            assert len(client.get("/v1/notifications?limit=50").json()["results"]) in (1, 31)
