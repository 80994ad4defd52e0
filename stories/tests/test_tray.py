"""The tray: whose stories there are, in which order, at which cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from stories.models import Seen, Story
from tests.support import factories

pytestmark = pytest.mark.django_db


def names(answer):
    return [entry["user"]["username"] for entry in answer.json()["results"]]


def see(viewer, *stories):
    for story in stories:
        Seen.objects.create(story=story, viewer=viewer)


@pytest.fixture
def followed(bob):
    """`followed("dora")`: somebody whom bob follows."""

    def make(name, **fields):
        person = factories.person(name, **fields)
        factories.follow(bob, person)
        return person

    return make


def test_ones_own_then_the_unseen_then_the_newest(client_for, bob, followed):
    dora, emil, fred, gina = (followed(name) for name in ("dora", "emil", "fred", "gina"))
    factories.story(bob, age=timedelta(hours=20))
    factories.story(dora)
    see(bob, *Story.objects.filter(author=dora))
    half_seen = [factories.story(emil) for _ in range(2)]
    see(bob, half_seen[0])
    factories.story(fred)
    see(bob, factories.story(gina))
    tray = client_for(bob).get("/v1/stories")
    assert names(tray) == ["bob", "fred", "emil", "gina", "dora"]
    entries = tray.json()["results"]
    assert [entry["all_seen"] for entry in entries] == [True, False, False, True, True]
    assert [story["seen"] for story in entries[2]["stories"]] == [True, False]
    assert [story["id"] for story in entries[2]["stories"]] == [str(story.pk) for story in half_seen]


def test_who_is_not_in_it(client_for, alice, bob, charlie, mallory, followed):
    """Strangers, the asked, the muted, blocks either way, the suspended; stories over, away or waiting."""
    muted, blocker, suspended = followed("muted"), followed("blocker"), followed("suspended")
    blocked, private = followed("blocked"), factories.person("private", private=True)
    factories.follow(bob, private, pending=True)
    factories.mute(bob, muted)
    factories.block(blocker, bob)
    factories.block(bob, blocked)
    for person in (charlie, muted, blocker, blocked, suspended, private):
        factories.story(person)
    User.objects.filter(pk=suspended.pk).update(suspended_at=Now())
    factories.story(followed("over"), age=timedelta(hours=25))
    factories.story(followed("deleted"), deleted_at="2026-11-22T10:00:00Z")
    factories.story(followed("down"), removed_at="2026-11-22T10:00:00Z")
    factories.story(followed("waiting"), timeline_id=None, published_at=None, expires_at=None)
    accepted = followed("accepted", private=True)
    factories.story(accepted)
    assert names(client_for(bob).get("/v1/stories")) == ["accepted"]
    assert client_for(mallory).get("/v1/stories").json()["results"] == []


def test_what_changes_counts_from_the_next_request(client_for, alice, bob):
    factories.story(alice)
    assert names(client_for(bob).get("/v1/stories")) == ["alice"]
    client_for(bob).put("/v1/users/alice/mute")
    assert names(client_for(bob).get("/v1/stories")) == []
    client_for(bob).delete("/v1/users/alice/mute")
    assert names(client_for(bob).get("/v1/stories")) == ["alice"]
    client_for(alice).put("/v1/users/bob/block")
    assert names(client_for(bob).get("/v1/stories")) == []


def test_pages_show_everybody_once_though_stories_are_seen_and_posted_meanwhile(client_for, bob, followed):
    people = [followed(f"friend{number}") for number in range(7)]
    for person in people:
        factories.story(person)
    shown, address = [], "/v1/stories?limit=2"
    while True:
        page = client_for(bob).get(address).json()
        shown += [entry["user"]["username"] for entry in page["results"]]
        seen = [story["id"] for entry in page["results"] for story in entry["stories"]]
        assert client_for(bob).put("/v1/stories/seen", {"ids": seen}).json()["seen"] == seen
        factories.story(people[0])
        factories.story(followed(f"late{len(shown)}"))
        if page["next"] is None:
            break
        address = f"/v1/stories?limit=2&cursor={page['next']}"
    assert shown == [person.username for person in reversed(people)]
    assert names(client_for(bob).get("/v1/stories"))[:4] != shown[:4]


def test_a_page_between_the_seen_and_the_unseen(client_for, bob, followed):
    people = [followed(f"friend{number}") for number in range(6)]
    stories = [factories.story(person) for person in people]
    see(bob, *stories[3:])
    first = client_for(bob).get("/v1/stories?limit=4").json()
    rest = client_for(bob).get("/v1/stories", {"limit": 4, "cursor": first["next"]})
    assert [entry["user"]["username"] for entry in first["results"]] + names(rest) == [
        f"friend{number}" for number in (2, 1, 0, 5, 4, 3)
    ]
    assert rest.json()["next"] is None


@pytest.mark.parametrize("query", ["cursor=x", "cursor=WyJ0cmF5Il0:x", "limit=0", "limit=x", "limit=-1"])
def test_what_is_no_page_is_refused(client_for, bob, query):
    assert client_for(bob).get(f"/v1/stories?{query}").status_code == 400


def test_a_cursor_of_another_list_is_refused(client_for, alice, bob):
    for _ in range(2):
        factories.story(alice)
    cursor = client_for(bob).get("/v1/users/alice/stories?limit=1").json()["next"]
    assert client_for(bob).get("/v1/stories", {"cursor": cursor}).json()["code"] == "invalid_cursor"


def test_one_person_and_thirty_cost_the_same(client_for, bob, followed):
    counts = []
    for number in (1, 29):
        for place in range(number):
            for _ in range(3):
                factories.story(followed(f"friend{number}at{place}") if _ == 0 else Story.objects.latest("pk").author)
        with CaptureQueriesContext(connection) as queries:
            tray = client_for(bob).get("/v1/stories?limit=100")
        counts.append(len(queries))
        assert len(tray.json()["results"]) == (1 if number == 1 else 30)
    assert counts[0] == counts[1] <= 6
