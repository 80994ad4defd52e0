"""`Idempotency-Key` on uploads: once, twice, eight at a time, and after a try that was cut short."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from events.models import Event
from media import actions
from media.failpoints import UPLOAD, StepFailed
from media.models import Blob, Media
from media.tests.support.originals import original_of
from media.tests.support.photographs import photo, send
from tests.support.outbox import drain


def test_retry_gets_the_same_media(client_for, alice):
    first = send(client_for(alice), photo(), key="k1", alt_text="a")
    again = send(client_for(alice), photo(), key="k1", alt_text="a")
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    drain()
    later = send(client_for(alice), photo(), key="k1", alt_text="a")
    assert later.status_code == 201
    assert later.json()["state"] == "ready"
    assert later.json()["renditions"]
    assert Media.objects.count() == 1
    assert Event.objects.filter(name="media_received").count() == 1


@pytest.mark.parametrize("change", [{"data": photo("PNG")}, {"alt_text": "another"}])
def test_another_body_is_a_422(change, client_for, alice):
    send(client_for(alice), photo(), key="k1", alt_text="a")
    response = send(client_for(alice), **{"data": photo(), "key": "k1", "alt_text": "a", **change})
    assert response.status_code == 422
    assert response.json()["code"] == "key_reused"
    assert Media.objects.count() == 1


def test_keys_are_ones_own(client_for, alice, bob):
    ids = {send(client_for(who), photo(), key="k1").json()["id"] for who in (alice, bob)}
    assert len(ids) == 2


def test_without_a_key_every_upload_is_another_media(client_for, alice):
    assert len({send(client_for(alice), photo()).json()["id"] for _ in range(2)}) == 2


@pytest.mark.parametrize("key", ["", "x" * 256, "naïve"])
def test_keys_that_are_none(key, client_for, alice):
    client = client_for(alice)
    response = client.post("/v1/media", {}, format="multipart", headers={"Idempotency-Key": key})
    assert response.status_code == 400


def test_key_of_a_deleted_media(client_for, alice):
    client_for(alice).delete(send(client_for(alice), photo(), key="k1")["Location"])
    response = send(client_for(alice), photo(), key="k1")
    assert (response.status_code, response.json()["code"]) == (410, "gone")


@pytest.mark.parametrize("step", UPLOAD)
def test_retry_takes_up_what_was_cut_short(step, client_for, alice, settings, objects):
    data = photo()
    settings.FAILPOINT = f"{step}:raise"
    with pytest.raises(StepFailed):
        send(client_for(alice), data, key="k1")
    settings.FAILPOINT = ""
    stored = Media.objects.exclude(state=Media.State.RECEIVING).exists()
    started = Media.objects.exists()

    if started and not stored:  # its lease lives: the first may still be at it
        response = send(client_for(alice), data, key="k1")
        assert (response.status_code, response.json()["code"]) == (409, "in_flight")
        assert 1 <= int(response["Retry-After"]) <= 60
        Media.objects.update(lease_until=None)
    response = send(client_for(alice), data, key="k1")
    assert response.status_code == 202
    assert original_of(client_for(alice), f"/v1/media/{response.json()['id']}") == data
    assert Media.objects.count() == Blob.objects.count() == len(objects.originals()) == 1
    assert Event.objects.filter(name="media_received").count() == 1


def test_cut_off_bytes_under_the_key_are_never_taken_for_the_original(client_for, alice, settings, objects):
    settings.FAILPOINT = "upload.original_written:raise"
    with pytest.raises(StepFailed):
        send(client_for(alice), photo(), key="k1")
    settings.FAILPOINT = ""
    cut = objects.originals()[0]
    objects[cut] = photo()[:100]
    Media.objects.update(lease_until=None)
    media_id = send(client_for(alice), photo(), key="k1").json()["id"]

    assert original_of(client_for(alice), f"/v1/media/{media_id}") == photo()
    assert objects[cut] == photo()[:100]  # nothing is overwritten


def _at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    def run(number: int) -> Any:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_with_one_key_make_one_media(client_for, alice, objects):
    data = photo()
    answers = _at_once(8, lambda _: send(client_for(alice), data, key="k1"))

    assert {answer.status_code for answer in answers} <= {202, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 202}) == 1
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"in_flight"}
    assert Media.objects.count() == Blob.objects.count() == len(objects.originals()) == 1
    assert Event.objects.filter(name="media_received").count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_without_keys_share_the_bytes(client_for, alice):
    data = photo()
    answers = _at_once(8, lambda _: send(client_for(alice), data))

    assert {answer.status_code for answer in answers} == {202}
    ids = {answer.json()["id"] for answer in answers}
    assert len(ids) == 8
    assert Blob.objects.filter(state=Blob.State.STORED).count() == 1
    assert set(Media.objects.values_list("blob__state", flat=True)) == {Blob.State.STORED}
    for media_id in ids:
        assert original_of(client_for(alice), f"/v1/media/{media_id}") == data


def test_upload_as_an_action_takes_plain_files(alice, tmp_path):
    path = tmp_path / "x"
    path.write_bytes(photo())
    with path.open("rb") as file:
        media = actions.upload(owner=alice, file=file, alt_text="x")
    assert media.state == Media.State.PROCESSING
