"""Mutes with an end: exact whenever they are read, and nothing is missing from the feed afterwards."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from posts.models import Post
from social import actions
from social.models import Mute
from social.tasks import prune_mutes
from tests.support import factories
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def mute(bob, client_for):
    """Bob mutes alice with this body; the answer's JSON."""

    def send(**body: Any) -> Any:
        answer = client_for(bob).put("/v1/users/alice/mute", body)
        assert answer.status_code == 200, answer.content
        return answer.json()

    return send


def end_it() -> None:
    """The moment has come."""
    Mute.objects.filter(expires_at__isnull=False).update(expires_at=timezone.now())


def feed_of(client: Any) -> tuple[list[str], str]:
    answer = client.get("/v1/feed").json()
    return [row["id"] for row in answer["results"]], answer["source"]


def test_until_and_duration_say_the_same(mute, bob, client_for):
    until = timezone.now() + HOUR
    assert mute(until=until.isoformat()) == {"muting": True, "until": f"{until:%Y-%m-%dT%H:%M:%S.%fZ}"}
    shown = parse_datetime(mute(duration_s=7200)["until"])
    assert shown
    assert timedelta(minutes=119) < shown - timezone.now() <= 2 * HOUR
    (row,) = client_for(bob).get("/v1/me/mutes").json()["results"]
    assert (row["username"], parse_datetime(row["until"])) == ("alice", shown)
    assert mute() == {"muting": True, "until": None}
    assert client_for(bob).get("/v1/me/mutes").json()["results"][0]["until"] is None
    assert Mute.objects.count() == 1


@pytest.mark.parametrize("length", [{}, {"duration_s": 3600}])
def test_wherever_a_relation_stands_it_says_until_when(alice, mute, bob, client_for, length):
    """In a profile, in lists, which are made another way and in relationships."""
    until, browser = mute(**length)["until"], client_for(bob)
    factories.follow(alice, bob)
    relations = [
        browser.get("/v1/users/alice").json()["viewer"],
        browser.get("/v1/users/bob/followers").json()["results"][0]["viewer"],
        browser.get("/v1/relationships?username=alice").json()[0],
        browser.get("/v1/me/mutes").json()["results"][0]["viewer"],
    ]
    assert [(one["muting"], one["muted_until"]) for one in relations] == [(True, until)] * 4
    end_it()
    if length:
        ended = browser.get("/v1/users/alice").json()["viewer"]
        assert (ended["muting"], ended["muted_until"]) == (False, None)


def test_it_ends_everywhere_at_its_moment(alice, bob, mute, client_for):
    post, story = factories.post(alice), factories.story(alice)
    browser = client_for(bob)

    def seen() -> list[Any]:
        tray = browser.get("/v1/stories").json()["results"]
        return [
            [row["id"] for row in browser.get("/v1/feed").json()["results"]],
            [one["id"] for entry in tray for one in entry["stories"]],
            browser.get("/v1/users/alice").json()["viewer"]["muting"],
            browser.get("/v1/relationships?username=alice").json()[0]["muting"],
            [row["username"] for row in browser.get("/v1/me/mutes").json()["results"]],
        ]

    mute(duration_s=3600)
    assert seen() == [[], [], True, True, ["alice"]]
    end_it()
    assert seen() == [[str(post.pk)], [str(story.pk)], False, False, []]


def test_what_was_published_meanwhile_is_in_the_precomputed_feed_the_moment_it_ends(alice, bob, mute, client_for):
    browser = client_for(bob)
    feed_of(browser)  # from now on it is kept up to date
    mute(duration_s=3600)
    photo = factories.media(alice)
    post = client_for(alice).post("/v1/posts", {"media": [str(photo.pk)]}).json()["id"]
    drain()
    assert feed_of(browser) == ([], "cache")
    end_it()
    assert feed_of(browser) == ([post], "cache")


def test_a_mute_for_good_that_gets_an_end_fetches_what_the_feed_does_not_hold(alice, bob, mute, client_for):
    browser = client_for(bob)
    feed_of(browser)
    mute()
    photo = factories.media(alice)
    post = client_for(alice).post("/v1/posts", {"media": [str(photo.pk)]}).json()["id"]
    drain()
    mute(duration_s=3600)
    drain()
    end_it()
    assert feed_of(browser) == ([post], "cache")


def test_the_feed_below_its_floor_is_not_cut_short_by_the_muted(alice, bob, charlie, mute, client_for, settings):
    """From PostgreSQL, whose window must not fill up with posts that are hidden."""
    settings.FEED_KEEP = 2
    factories.follow(bob, charlie)
    shown = [factories.post(charlie).pk for _ in range(3)]
    for _ in range(5):
        factories.post(alice)
    mute(duration_s=3600)
    found, cursor = [], None
    while True:
        page = client_for(bob).get("/v1/feed", {"limit": 1, **({"cursor": cursor} if cursor else {})}).json()
        found += [row["id"] for row in page["results"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == [str(pk) for pk in reversed(shown)]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"duration_s": 0}, "/duration_s"),
        ({"duration_s": -1}, "/duration_s"),
        ({"duration_s": "soon"}, "/duration_s"),
        ({"duration_s": 10**12}, "/duration_s"),
        ({"duration_s": 10**400}, "/duration_s"),
        ({"until": "2026-11-26T00:00:00Z", "duration_s": 60}, "/duration_s"),
        ({"until": "2020-01-01T00:00:00Z"}, "/until"),
        ({"until": "9999-12-31T23:59:59-12:00"}, "/until"),
        ({"until": "2999-01-01T00:00:00Z"}, "/until"),
        ({"until": 5}, "/until"),
        ({"until": ["x"]}, "/until"),
    ],
)
def test_what_is_no_moment_to_come_is_refused_by_its_name(alice, bob, client_for, body, pointer):
    answer = client_for(bob).put("/v1/users/alice/mute", body)
    assert (answer.status_code, [one["pointer"] for one in answer.json()["errors"]]) == (400, [pointer])
    assert not Mute.objects.exists()


def test_somebody_hidden_is_a_404_whatever_the_body(alice, mallory, client_for):
    for body in ({}, {"duration_s": 0}):
        assert client_for(mallory).put("/v1/users/alice/mute", body).status_code == 404


def test_what_has_ended_is_removed_and_nothing_else(alice, bob, charlie):
    for muter, muted, until in (
        (alice, bob, None),
        (alice, charlie, timezone.now() + HOUR),
        (bob, alice, timezone.now() - HOUR),
    ):
        actions.mute(muter=muter, muted=muted, until=until)
    assert [prune_mutes(), prune_mutes()] == [1, 0]
    assert set(Mute.objects.values_list("muter", "muted")) == {(alice.pk, bob.pk), (alice.pk, charlie.pk)}


@pytest.mark.django_db(transaction=True)
def test_muting_unmuting_and_pruning_at_once(alice, bob, client_for, run_concurrently):
    """No 500, and one row at most."""
    actions.mute(muter=bob, muted=alice, until=timezone.now() - HOUR)
    calls = [
        *[lambda: client_for(bob).put("/v1/users/alice/mute", {"duration_s": 60}).status_code] * 3,
        *[lambda: client_for(bob).put("/v1/users/alice/mute").status_code] * 2,
        lambda: client_for(bob).delete("/v1/users/alice/mute").status_code,
        lambda: 200 if prune_mutes() in {0, 1} else 500,
        lambda: 200 if prune_mutes() in {0, 1} else 500,
    ]
    assert sorted(run_concurrently(calls)) == [200] * 7 + [204]
    assert Mute.objects.count() <= 1


def test_somebody_muted_until_then_is_not_suggested_and_their_posts_are_not_among_those_of_tags(bob, mute, client_for):
    alice = User.objects.named("alice").get()
    post = factories.post(alice)
    factories.tagged(post, "sea")
    client_for(bob).put("/v1/tags/sea/follow")
    mute(duration_s=3600)
    assert client_for(bob).get("/v1/me/tags/posts").json()["results"] == []
    end_it()
    assert [row["id"] for row in client_for(bob).get("/v1/me/tags/posts").json()["results"]] == [str(post.pk)]
    assert Post.objects.in_feed_of(bob).count() == 1
