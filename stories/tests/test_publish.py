"""Posting a story: one photo, there at once, for 24 hours, for followers and on the profile."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from media.models import Media
from stories.models import Story
from tests.support import factories

pytestmark = pytest.mark.django_db


def test_a_story_is_there_at_once(client_for, alice, bob):
    photo = factories.media(alice)
    answer = client_for(alice).post("/v1/stories", {"media": str(photo.pk)})
    assert answer.status_code == 201
    mine = answer.json()
    assert set(mine) == {"id", "author", "media", "seen", "created_at", "expires_at", "audience", "state", "error"}
    assert (mine["state"], mine["error"], mine["media"]["id"]) == ("current", None, str(photo.pk))
    assert mine["author"]["username"] == "alice"
    assert client_for(alice).get(f"/v1/stories/{mine['id']}").json() == mine
    seen_by_bob = client_for(bob).get(f"/v1/stories/{mine['id']}").json()
    assert set(seen_by_bob) == {"id", "author", "media", "seen", "created_at", "expires_at", "audience"}
    assert seen_by_bob["seen"] is False
    assert [row["id"] for row in client_for(bob).get("/v1/users/alice/stories").json()["results"]] == [mine["id"]]
    entry = client_for(bob).get("/v1/stories").json()["results"][0]
    assert set(entry) == {"user", "stories", "all_seen"}
    assert set(entry["stories"][0]) == {"id", "media", "seen", "created_at", "expires_at", "audience"}
    photo.refresh_from_db()
    assert photo.references == 1


def test_it_lasts_24_hours_from_its_publication(client_for, alice):
    before = timezone.now()
    number = client_for(alice).post("/v1/stories", {"media": str(factories.media(alice).pk)}).json()["id"]
    story = Story.objects.get(pk=number)
    assert story.expires_at - story.published_at == timedelta(hours=24)
    assert abs(story.published_at - before) < timedelta(seconds=30)


def test_a_setting_shortens_it_for_development(client_for, alice, settings):
    settings.STORY_SECONDS = 90
    shown = client_for(alice).post("/v1/stories", {"media": str(factories.media(alice).pk)}).json()
    left = parse_datetime(shown["expires_at"]) - parse_datetime(shown["created_at"])
    assert timedelta(seconds=89) < left < timedelta(seconds=95)
    assert client_for(None).get("/v1/instance").json()["limits"]["story_seconds"] == 90


def test_a_profile_shows_them_in_the_order_of_watching(client_for, alice, bob):
    stories = [factories.story(alice, age=timedelta(hours=hours)) for hours in (3, 2, 1)]
    address = "/v1/users/alice/stories?limit=2"
    first = client_for(bob).get(address).json()
    rest = client_for(bob).get(address, {"cursor": first["next"], "limit": 2}).json()
    assert [row["id"] for row in first["results"] + rest["results"]] == [str(story.pk) for story in stories]
    assert rest["next"] is None


def test_one_story_and_thirty_cost_the_same(client_for, alice, bob, django_assert_num_queries):
    factories.story(alice)
    client_for(bob).get("/v1/users/alice/stories")
    with django_assert_num_queries(4):
        client_for(bob).get("/v1/users/alice/stories")
    for _ in range(29):
        factories.story(alice)
    with django_assert_num_queries(4):
        assert len(client_for(bob).get("/v1/users/alice/stories?limit=100").json()["results"]) == 30


def test_deleting_it_takes_it_from_everybody_and_releases_its_media(client_for, alice, bob):
    photo = factories.media(alice)
    number = client_for(alice).post("/v1/stories", {"media": str(photo.pk)}).json()["id"]
    assert client_for(alice).delete(f"/v1/media/{photo.pk}").json()["code"] == "media_in_use"
    assert client_for(bob).delete(f"/v1/stories/{number}").status_code == 403
    assert client_for(alice).delete(f"/v1/stories/{number}").status_code == 204
    for person in (alice, bob):
        assert client_for(person).get(f"/v1/stories/{number}").status_code == 404
        assert client_for(person).get("/v1/stories").json()["results"] == []
        assert client_for(person).get("/v1/users/alice/stories").json()["results"] == []
    photo.refresh_from_db()
    assert (photo.references, photo.released_at is None) == (0, False)
    assert Story.objects.filter(pk=number).exists(), "rows stay: nothing online destroys what was shown"
    assert client_for(alice).delete(f"/v1/media/{photo.pk}").status_code == 204


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "required"), ({"media": None}, "null"), ({"media": []}, "invalid"), ({"media": "x"}, "invalid"),
     ({"media": "1"}, "not_found"), ({"media": str(2**63)}, "invalid"), ({"media": {"id": 1}}, "invalid")],
)  # fmt: skip
def test_what_is_no_media_is_refused(client_for, alice, body, code):
    answer = client_for(alice).post("/v1/stories", body)
    assert answer.status_code == 400
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [("/media", code)]
    assert not Story.objects.exists()


def test_somebody_elses_and_a_failed_media_are_refused(client_for, alice, bob):
    for media in (factories.media(bob), factories.media(alice, state=Media.State.FAILED)):
        assert client_for(alice).post("/v1/stories", {"media": str(media.pk)}).status_code == 400
        media.refresh_from_db()
        assert media.references == 0
    assert not Story.objects.exists()


@pytest.mark.parametrize("body", ["[]", '"x"', "1", "null", "{"])
def test_a_body_that_is_no_object_is_refused(client_for, alice, body):
    assert client_for(alice).post("/v1/stories", body, content_type="application/json").status_code == 400
