"""Processing happens once, whatever is lost, repeated or broken on the way; no media is `processing` for ever."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from events.models import Event
from media import actions, tasks
from media.actions.processing import Damaged
from media.failpoints import PROCESSING, StepFailed
from media.models import Blob, Media, Rendition
from media.stores.interface import Unavailable
from media.tests.support.originals import original_of
from media.tests.support.photographs import photo, send
from tests.support.outbox import drain

As = Callable[..., APIClient]


@pytest.fixture
def sent(client_for: As, alice: User) -> Media:
    return Media.objects.get(pk=send(client_for(alice), photo()).json()["id"])


def events_named(name: str) -> int:
    return Event.objects.filter(name=name).count()


def test_twice_is_as_once(sent, objects):
    actions.process(media_id=sent.pk)
    stamps = objects.stamps()
    actions.process(media_id=sent.pk)

    assert objects.stamps() == stamps
    assert events_named("media_ready") == 1
    assert Rendition.objects.count() == 2


def test_two_at_the_same_time_leave_one_effect(sent):
    def meanwhile() -> None:
        actions.process(media_id=sent.pk)

    calls = iter([meanwhile, lambda: None])
    actions.process(media_id=sent.pk, still_here=lambda: next(calls)())
    assert events_named("media_ready") == 1
    assert Rendition.objects.count() == 2
    sent.refresh_from_db()
    assert sent.state == Media.State.READY


@pytest.mark.parametrize("step", PROCESSING)
def test_what_was_cut_short_is_done_by_the_next(step, sent, settings):
    settings.FAILPOINT = f"{step}:raise"
    with pytest.raises(StepFailed):
        actions.process(media_id=sent.pk)
    settings.FAILPOINT = ""
    actions.process(media_id=sent.pk)
    sent.refresh_from_db()
    assert sent.state == Media.State.READY
    assert events_named("media_ready") == 1
    assert Rendition.objects.count() == 2


def test_lost_original_is_tried_again(sent, objects):
    key = Blob.objects.get().key
    data = objects.pop(key)
    with pytest.raises(Unavailable):
        actions.process(media_id=sent.pk)
    objects[key] = data
    actions.process(media_id=sent.pk)
    sent.refresh_from_db()
    assert sent.state == Media.State.READY


def test_nothing_is_made_from_damaged_bytes(sent, objects):
    objects[Blob.objects.get().key] = photo("JPEG", 90, 90)
    with pytest.raises(Damaged):
        actions.process(media_id=sent.pk)
    assert objects.renditions() == []


def test_media_deleted_meanwhile_is_left_alone(sent, objects):
    actions.delete(media=sent)
    drain()
    sent.refresh_from_db()
    assert sent.state == Media.State.PROCESSING
    assert objects.renditions() == []
    assert tasks.resume_stuck() == 0


def test_stuck_media_are_taken_up(sent, client_for, alice):
    Event.objects.all().delete()  # lost in whatever way
    assert tasks.resume_stuck() == 0
    Media.objects.update(created_at=timezone.now() - timedelta(minutes=6))
    assert tasks.resume_stuck() == 1
    drain()
    assert client_for(alice).get(f"/v1/media/{sent.pk}").json()["state"] == "ready"


def test_hopeless_media_fail_after_a_day(sent, client_for, alice):
    long_ago = timezone.now() - timedelta(hours=25)
    Media.objects.update(created_at=long_ago, turn_at=long_ago)
    tasks.resume_stuck()
    body = client_for(alice).get(f"/v1/media/{sent.pk}").json()
    assert (body["state"], body["error"]["code"]) == ("failed", "gave_up")
    assert original_of(client_for(alice), f"/v1/media/{sent.pk}") == photo()


def test_upload_nobody_came_back_for_is_given_up_after_a_day(client_for, alice, settings):
    settings.FAILPOINT = "upload.intent_committed:raise"
    with pytest.raises(StepFailed):
        send(client_for(alice), photo(), key="k1")
    settings.FAILPOINT = ""
    tasks.tidy()
    assert Media.objects.get().state == Media.State.RECEIVING
    Media.objects.update(created_at=timezone.now() - timedelta(hours=25), lease_until=None)
    tasks.tidy()
    assert Media.objects.get().error_code == "abandoned"
    assert client_for(alice).get("/v1/media").json()["results"] == []
    assert send(client_for(alice), photo(), key="k1").status_code == 202


def test_keys_are_forgotten_after_a_day(client_for, alice):
    first = send(client_for(alice), photo(), key="k1").json()["id"]
    tasks.tidy()
    assert send(client_for(alice), photo(), key="k1").json()["id"] == first
    Media.objects.update(created_at=timezone.now() - timedelta(hours=25))
    tasks.tidy()
    assert send(client_for(alice), photo(), key="k1").json()["id"] != first


def test_unknown_media_is_nothing(db):
    actions.process(media_id=1)
