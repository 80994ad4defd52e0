"""A story whose media is still processing is published when it is ready; its 24 hours begin then."""

from datetime import timedelta
from functools import partial

import pytest
from django.db.models.functions import Now

from media.models import Media
from stories import actions
from stories.models import Story
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(alice):
    return factories.media(alice, state=Media.State.PROCESSING)


@pytest.fixture
def number(client_for, alice, photo):
    answer = client_for(alice).post("/v1/stories", {"media": str(photo.pk)})
    assert answer.status_code == 201
    return answer.json()["id"]


def test_until_then_only_its_author_sees_it(client_for, alice, bob, number):
    mine = client_for(alice).get(f"/v1/stories/{number}").json()
    assert (mine["state"], mine["expires_at"]) == ("processing", None)
    assert client_for(bob).get(f"/v1/stories/{number}").status_code == 404
    for person in (alice, bob):
        assert client_for(person).get("/v1/stories").json()["results"] == []
        assert client_for(person).get("/v1/users/alice/stories").json()["results"] == []
    assert client_for(alice).get("/v1/me/stories/archive").json()["results"] == []
    assert client_for(alice).post("/v1/highlights", {"title": "x", "stories": [number]}).status_code == 400


def test_its_24_hours_begin_when_it_is_ready(client_for, bob, photo, number, settle):
    Story.objects.filter(pk=number).update(created_at=Now() - timedelta(hours=30))
    settle(photo)
    story = Story.objects.get(pk=number)
    assert story.expires_at - story.published_at == timedelta(hours=24)
    assert story.published_at - story.created_at > timedelta(hours=29)
    assert client_for(bob).get("/v1/stories").json()["results"][0]["stories"][0]["id"] == number


def test_hearing_of_it_again_does_not_prolong_it(photo, number, settle):
    settle(photo)
    first = Story.objects.get(pk=number).expires_at
    settle(photo)
    assert Story.objects.get(pk=number).expires_at == first


def test_deleted_meanwhile_it_stays_away(client_for, alice, bob, photo, number, settle):
    assert client_for(alice).delete(f"/v1/stories/{number}").status_code == 204
    settle(photo)
    assert Story.objects.get(pk=number).published_at is None
    assert client_for(bob).get(f"/v1/stories/{number}").status_code == 404
    photo.refresh_from_db()
    assert photo.references == 0


def test_a_media_that_failed_is_told_to_its_author(client_for, alice, bob, photo, number):
    Media.objects.filter(pk=photo.pk).update(state="failed", error_code="undecodable", error_detail="Not a picture.")
    mine = client_for(alice).get(f"/v1/stories/{number}").json()
    assert (mine["state"], mine["error"]) == ("failed", {"code": "undecodable", "detail": "Not a picture."})
    assert client_for(bob).get(f"/v1/stories/{number}").status_code == 404


@pytest.mark.parametrize(("seconds", "status"), [(60.0, 201), (60.2, 201), (60.3, 400), (None, 201)])
def test_a_video_of_known_length(client_for, alice, seconds, status):
    video = factories.media(alice, kind="video", duration=seconds)
    answer = client_for(alice).post("/v1/stories", {"media": str(video.pk)})
    assert answer.status_code == status
    video.refresh_from_db()
    assert video.references == Story.objects.count() == (1 if status == 201 else 0)
    if status == 400:
        assert answer.json()["errors"][0]["code"] == "video_too_long"


@pytest.mark.parametrize(("seconds", "state"), [(60.0, "current"), (60.2, "current"), (60.3, "failed")])
def test_a_video_whose_length_shows_when_it_is_ready(client_for, alice, bob, settle, seconds, state):
    video = factories.media(alice, kind="video", state=Media.State.PROCESSING)
    number = client_for(alice).post("/v1/stories", {"media": str(video.pk)}).json()["id"]
    Media.objects.filter(pk=video.pk).update(duration=seconds)
    settle(video)
    mine = client_for(alice).get(f"/v1/stories/{number}").json()
    assert mine["state"] == state
    assert (mine["error"] or {"code": None})["code"] == ("video_too_long" if state == "failed" else None)
    assert client_for(bob).get(f"/v1/stories/{number}").status_code == (404 if state == "failed" else 200)


@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_once_publish_it_once(client_for, alice, photo, number, run_concurrently):
    Media.objects.update(state=Media.State.READY)
    run_concurrently([partial(actions.publish_when_ready, media_id=photo.pk) for _ in range(8)])
    story = Story.objects.get(pk=number)
    assert story.expires_at - story.published_at == timedelta(hours=24)
