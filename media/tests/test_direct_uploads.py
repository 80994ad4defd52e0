"""Uploads straight to the store: announced, sent there without a log-in, completed; the same with folder and bucket."""

import hashlib
import urllib.error
from datetime import timedelta
from typing import Any
from urllib.request import Request, urlopen

import pytest
from django.conf import settings as configured
from rest_framework.test import APIClient

from media.actions import direct_uploads
from media.models import Blob, DirectUpload, Media
from media.tests.support.objects import Objects
from media.tests.support.originals import original_of
from media.tests.support.photographs import path_of, photo
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db


def put(presigned: dict[str, Any], data: bytes) -> int:
    """PUT as a client would that knows nothing but the presigned upload; says the status."""
    if presigned["url"].startswith(configured.PYSTAGRAM_URL):
        answer = APIClient().generic("PUT", path_of(presigned["url"]), data, content_type="image/jpeg")
        return int(answer.status_code)
    request = Request(presigned["url"], data, {**presigned["headers"], "Content-Type": "image/jpeg"}, method="PUT")  # noqa: S310
    request.add_header("Content-Length", str(len(data)))
    try:
        with urlopen(request, timeout=10) as answer:  # noqa: S310 - an address of the test
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def announce(client: APIClient, data: bytes, key: str = "", **fields: Any) -> dict[str, Any]:
    headers = {"Idempotency-Key": key} if key else {}
    answer = client.post("/v1/media/uploads", {"size": len(data), **fields}, headers=headers)
    assert answer.status_code == 201, answer.content
    assert answer["Location"] == f"/v1/media/uploads/{answer.json()['id']}/status"
    return dict(answer.json())


def complete(client: APIClient, presigned: dict[str, Any]) -> Any:
    return client.post(f"/v1/media/uploads/{presigned['id']}/complete")


def incoming(objects: Objects) -> list[str]:
    return [key for key in objects if key.startswith("incoming/")]


def test_the_whole_way(client_for, alice, objects):
    data, client = photo(), client_for(alice)
    presigned = announce(client, data, sha256=hashlib.sha256(data).hexdigest().upper(), alt_text="A ferry")
    assert presigned["method"] == "PUT"
    assert put(presigned, data) == 200
    answer = complete(client, presigned)
    assert answer.status_code == 202
    assert answer["Location"] == f"/v1/media/{answer.json()['id']}"
    drain()
    media = client.get(answer["Location"]).json()
    assert (media["state"], media["alt_text"], media["width"]) == ("ready", "A ferry", 120)
    assert original_of(client, f"{answer['Location']}") == data
    assert not incoming(objects)
    shown = client.get(f"/v1/media/uploads/{presigned['id']}/status").json()
    assert (shown["url"], shown["headers"], shown["media"]) == (None, {}, media["id"])


@pytest.mark.storage("local")
def test_nothing_is_taken_after_completing(client_for, alice, objects):
    """A bucket takes it by its own address until that ends; `tidy` clears it away."""
    client = client_for(alice)
    presigned = announce(client, photo())
    put(presigned, photo())
    assert complete(client, presigned).status_code == 202
    assert put(presigned, photo()) == 410
    assert not incoming(objects)


def test_complete_twice_is_once(client_for, alice, objects):
    client = client_for(alice)
    presigned = announce(client, photo())
    put(presigned, photo())
    first, second = complete(client, presigned), complete(client, presigned)
    assert first.json()["id"] == second.json()["id"]
    assert (Media.objects.count(), Blob.objects.count(), len(objects.originals())) == (1, 1, 1)


def test_nothing_has_arrived_yet(client_for, alice):
    client = client_for(alice)
    presigned = announce(client, photo())
    answer = complete(client, presigned)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_uploaded")
    assert not Media.objects.exists()
    put(presigned, photo())
    assert complete(client, presigned).status_code == 202


@pytest.mark.parametrize("change", [1, -1])
def test_another_size_is_not_taken(change, client_for, alice):
    data, client = photo(), client_for(alice)
    presigned = announce(client, bytes(len(data) + change))
    assert put(presigned, data) in {400, 403}
    assert complete(client, presigned).json()["code"] == "not_uploaded"


def test_other_bytes_than_announced_are_not_taken(client_for, alice):
    data, client = photo(), client_for(alice)
    presigned = announce(client, data, sha256=hashlib.sha256(data).hexdigest())
    other = photo(quality=5).ljust(len(data), b"\0")[: len(data)]
    assert put(presigned, other) in {400, 403}
    assert complete(client, presigned).json()["code"] == "not_uploaded"
    assert put(presigned, data) == 200
    assert put(presigned, other) in {400, 403}  # and nothing is written over what arrived
    assert original_of(client, f"/v1/media/{complete(client, presigned).json()['id']}") == data


def test_what_is_written_behind_its_back_is_looked_at(client_for, alice, objects):
    client = client_for(alice)
    presigned = announce(client, photo())
    objects[DirectUpload.objects.get().key] = photo() * 100
    answer = complete(client, presigned)
    assert (answer.status_code, answer.json()["code"]) == (409, "upload_differs")


def test_the_original_is_out_of_the_address_s_reach(client_for, alice, objects):
    data, client = photo(), client_for(alice)
    other = photo(quality=5).ljust(len(data), b"\0")[: len(data)]
    presigned = announce(client, data)
    put(presigned, data)
    media = complete(client, presigned).json()
    put(presigned, other)  # the address is still good
    assert complete(client, presigned).json()["id"] == media["id"]
    assert original_of(client, f"/v1/media/{media['id']}") == data


def test_what_is_no_picture_is_refused_as_ever(client_for, alice):
    client, text = client_for(alice), b"no picture at all"
    presigned = announce(client, text)
    put(presigned, text)
    answer = complete(client, presigned)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_format")


def test_it_is_nobody_else_s(client_for, alice, bob):
    presigned = announce(client_for(alice), photo())
    put(presigned, photo())
    assert complete(client_for(bob), presigned).status_code == 404
    assert client_for(bob).get(f"/v1/media/uploads/{presigned['id']}/status").status_code == 404
    assert client_for(None).post("/v1/media/uploads", {"size": 10}).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), ({"size": 0}, 400), ({"size": -1}, 400), ({"size": "x"}, 400), ({"size": 10**30}, 413),
     ({"size": 301 * 1024 * 1024}, 413), ({"size": 10, "sha256": "xyz"}, 400),
     ({"size": 10, "alt_text": "x" * 1501}, 400)],
)  # fmt: skip
def test_what_cannot_be_announced(body, status, client_for, alice):
    assert client_for(alice).post("/v1/media/uploads", body).status_code == status
    assert not DirectUpload.objects.exists()


def test_room_is_kept_for_what_was_announced(client_for, alice, settings):
    settings.QUOTA_BYTES = 1000
    announce(client_for(alice), bytes(600))
    answer = client_for(alice).post("/v1/media/uploads", {"size": 600})
    assert (answer.status_code, answer.json()["code"]) == (409, "quota_exceeded")
    announce(client_for(alice), bytes(400))


def test_room_is_kept_until_the_store_is_cleared(client_for, alice, objects, settings):
    """What was sent and never completed lies there for a day: hour by hour it must not become another quota."""
    settings.QUOTA_BYTES = 1000
    put(announce(client_for(alice), bytes(600)), bytes(600))
    DirectUpload.objects.update(expires_at=DirectUpload.objects.get().expires_at - timedelta(hours=2))
    assert incoming(objects)
    assert client_for(alice).post("/v1/media/uploads", {"size": 600}).status_code == 409
    DirectUpload.objects.update(expires_at=DirectUpload.objects.get().expires_at - timedelta(days=2))
    direct_uploads.tidy()
    announce(client_for(alice), bytes(600))


def test_a_key_gives_the_same_upload(client_for, alice, bob):
    first = announce(client_for(alice), photo(), "k")
    assert announce(client_for(alice), photo(), "k")["id"] == first["id"]
    assert announce(client_for(bob), photo(), "k")["id"] != first["id"]
    answer = client_for(alice).post("/v1/media/uploads", {"size": 5}, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")


def test_an_upload_is_over_after_its_hour(client_for, alice, objects):
    client = client_for(alice)
    presigned = announce(client, photo(), "k")
    put(presigned, photo())
    DirectUpload.objects.update(expires_at=DirectUpload.objects.get().expires_at - timedelta(hours=2))
    assert client.get(f"/v1/media/uploads/{presigned['id']}/status").json()["url"] is None
    again = client.post("/v1/media/uploads", {"size": len(photo())}, headers={"Idempotency-Key": "k"})
    assert (again.status_code, again.json()["code"]) == (410, "gone")
    assert complete(client, presigned).status_code == 202, "what arrived in time is not lost"


def test_what_nobody_completed_is_cleared_away(client_for, alice, objects):
    presigned = announce(client_for(alice), photo())
    put(presigned, photo())
    assert direct_uploads.tidy() == 0
    DirectUpload.objects.update(expires_at=DirectUpload.objects.get().expires_at - timedelta(days=2))
    assert (direct_uploads.tidy(), direct_uploads.tidy()) == (1, 0)
    assert not incoming(objects)
    assert complete(client_for(alice), presigned).status_code == 404


def test_a_store_that_fails_loses_nothing(client_for, alice, outage):
    client = client_for(alice)
    presigned = announce(client, photo())
    put(presigned, photo())
    with outage():
        answer = complete(client, presigned)
        assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    assert complete(client, presigned).status_code == 202


def test_a_deleted_media_is_gone(client_for, alice):
    client = client_for(alice)
    presigned = announce(client, photo())
    put(presigned, photo())
    client.delete(f"/v1/media/{complete(client, presigned).json()['id']}")
    assert complete(client, presigned).status_code == 410


@pytest.mark.storage("local")
def test_a_made_up_ticket_is_refused(client_for, alice):
    presigned = announce(client_for(alice), photo())
    path = path_of(presigned["url"])
    forged = path[:-3] + ("aaa" if path[-3:] != "aaa" else "bbb")
    assert APIClient().generic("PUT", forged, photo()).status_code == 404
    assert APIClient().get(path).status_code == 405


@pytest.mark.storage("local")
def test_browsers_of_other_origins_may_send_it(client_for, alice):
    presigned = announce(client_for(alice), photo())
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "PUT"}
    answer = APIClient().options(path_of(presigned["url"]), headers=asked)
    assert "PUT" in answer["Access-Control-Allow-Methods"]
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_what_is_no_checksum_is_told_what_one_is(client_for, alice):
    client = client_for(alice)
    for address in ("/v1/media/uploads", "/v1/me/imports"):
        errors = client.post(address, {"size": 10, "sha256": "xyz"}).json()["errors"]
        assert errors == [{"pointer": "/sha256", "code": "invalid", "detail": "A SHA-256 is 64 hexadecimal digits."}]
