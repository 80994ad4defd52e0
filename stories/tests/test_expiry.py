"""A story's end, one second before and one after, on every path, for its author and for a follower.

What is asked is PostgreSQL's clock: the rows are moved against it, nobody sleeps.
"""

import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db.models.functions import Now

from media import tokens
from stories.models import Seen, Story
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(alice, bob):
    """A story of alice's, in a highlight, seen by bob."""
    story = factories.story(alice)
    factories.highlight(alice, [story])
    Seen.objects.create(story=story, viewer=bob)
    return story


def ids(answer):
    return [row["id"] for row in answer.json()["results"]]


def in_tray(answer):
    return [story["id"] for entry in answer.json()["results"] for story in entry["stories"]]


@pytest.mark.parametrize("person", ["alice", "bob"])
def test_the_tray(client_for, request, world, person, second_before, second_after):
    client = client_for(request.getfixturevalue(person))
    assert in_tray(second_before(world, lambda: client.get("/v1/stories"))) == [str(world.pk)]
    assert second_after(world, lambda: client.get("/v1/stories")).json()["results"] == []


@pytest.mark.parametrize("person", ["alice", "bob"])
def test_the_profile(client_for, request, world, person, second_before, second_after):
    client = client_for(request.getfixturevalue(person))
    assert ids(second_before(world, lambda: client.get("/v1/users/alice/stories"))) == [str(world.pk)]
    assert ids(second_after(world, lambda: client.get("/v1/users/alice/stories"))) == []


def test_the_story_itself_for_a_follower(client_for, world, bob, second_before, second_after):
    address = f"/v1/stories/{world.pk}"
    assert second_before(world, lambda: client_for(bob).get(address)).status_code == 200
    gone = second_after(world, lambda: client_for(bob).get(address))
    assert (gone.status_code, gone.content) == (404, client_for(bob).get("/v1/stories/1").content)


def test_the_story_itself_for_its_author(client_for, world, alice, second_before, second_after):
    address = f"/v1/stories/{world.pk}"
    assert second_before(world, lambda: client_for(alice).get(address)).json()["state"] == "current"
    assert second_after(world, lambda: client_for(alice).get(address)).json()["state"] == "expired"


def test_marking_it_as_seen(client_for, world, bob, second_before, second_after):
    address = f"/v1/stories/{world.pk}/seen"
    batch = {"ids": [str(world.pk)]}
    assert second_before(world, lambda: client_for(bob).put(address)).status_code == 200
    assert second_after(world, lambda: client_for(bob).put(address)).status_code == 404
    assert second_before(world, lambda: client_for(bob).put("/v1/stories/seen", batch)).json()["seen"] == batch["ids"]
    assert second_after(world, lambda: client_for(bob).put("/v1/stories/seen", batch)).json()["seen"] == []


def addresses(media):
    return [media["url"] or media["renditions"][0]["url"], *(row["url"] for row in media["renditions"])]


def seconds_left(address):
    """For how long the token of an address is good; None if it is not good any more."""
    parts = urlsplit(address)
    grant = tokens.check(parts.path.split("/")[-2], parse_qs(parts.query)["token"][0])
    return grant and grant.seconds


def test_media_addresses_of_others_end_with_it(client_for, world, bob, running_clock):
    """Minted 90 seconds before the end, when a public account's would be good for half an hour at least."""
    Story.objects.filter(pk=world.pk).update(expires_at=Now() + timedelta(seconds=90))
    shown = [
        client_for(bob).get("/v1/stories").json()["results"][0]["stories"][0]["media"],
        client_for(bob).get("/v1/users/alice/stories").json()["results"][0]["media"],
        client_for(bob).get(f"/v1/stories/{world.pk}").json()["media"],
    ]
    for media in shown:
        for address in addresses(media):
            assert 0 < seconds_left(address) <= 90


def test_an_address_from_the_last_second_fetches_nothing_after_it(
    client_for, world, bob, running_clock, monkeypatch, second_before
):
    address = addresses(second_before(world, lambda: client_for(bob).get(f"/v1/stories/{world.pk}")).json()["media"])[0]
    end = Story.objects.get(pk=world.pk).expires_at.timestamp()
    moment = [end - 1.5]  # the file server's clock, which cannot be moved by a row
    monkeypatch.setattr(time, "time", lambda: moment[0])
    assert seconds_left(address) is not None
    moment[0] = end + 1
    assert seconds_left(address) is None
    parts = urlsplit(address)
    assert client_for(None).get(f"{parts.path}?{parts.query}").status_code == 404


def test_media_addresses_of_its_author_and_of_a_highlight_do_not_end_with_it(client_for, world, alice, bob):
    Story.objects.filter(pk=world.pk).update(expires_at=Now() + timedelta(seconds=90))
    highlight = str(world.highlight_items.get().highlight_id)
    assert seconds_left(addresses(client_for(alice).get(f"/v1/stories/{world.pk}").json()["media"])[0]) > 90
    item = client_for(bob).get(f"/v1/highlights/{highlight}/stories").json()["results"][0]
    assert seconds_left(addresses(item["media"])[0]) > 90


@pytest.mark.parametrize("person", ["alice", "bob"])
def test_a_highlight_shows_it_before_and_after(client_for, request, world, person, second_before, second_after):
    client = client_for(request.getfixturevalue(person))
    address = f"/v1/highlights/{world.highlight_items.get().highlight_id}"
    for moved in (second_before, second_after):
        assert moved(world, lambda: client.get(address)).json()["items_count"] == 1
        assert ids(moved(world, lambda: client.get(f"{address}/stories"))) == [str(world.pk)]
        assert len(moved(world, lambda: client.get("/v1/users/alice/highlights")).json()["results"]) == 1


def test_the_archive_has_it_after_its_end_for_its_author_alone(
    client_for, world, alice, bob, second_before, second_after
):
    archive, months = "/v1/me/stories/archive", "/v1/me/stories/archive/months"
    assert ids(second_before(world, lambda: client_for(alice).get(archive))) == []
    assert second_before(world, lambda: client_for(alice).get(months)).json()["results"] == []
    assert ids(second_after(world, lambda: client_for(alice).get(archive))) == [str(world.pk)]
    assert second_after(world, lambda: client_for(alice).get(months)).json()["results"][0]["count"] == 1
    assert ids(second_after(world, lambda: client_for(bob).get(archive))) == []


def test_its_viewers_are_told_to_its_author_before_and_after(
    client_for, world, alice, bob, second_before, second_after
):
    address = f"/v1/stories/{world.pk}/viewers"
    for moved in (second_before, second_after):
        assert [
            row["user"]["username"] for row in moved(world, lambda: client_for(alice).get(address)).json()["results"]
        ] == ["bob"]
    assert second_before(world, lambda: client_for(bob).get(address)).status_code == 403
    assert second_after(world, lambda: client_for(bob).get(address)).status_code == 404


def test_of_several_only_the_expired_one_leaves_the_tray(client_for, world, alice, bob, second_after):
    later = factories.story(alice)
    assert in_tray(second_after(world, lambda: client_for(bob).get("/v1/stories"))) == [str(later.pk)]
