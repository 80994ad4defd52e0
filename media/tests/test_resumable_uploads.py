"""A file in parts, over as many connections as it takes: it arrives once, byte for byte, or not at all."""

import base64
import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from media.actions import direct_uploads, resumable_uploads
from media.actions.purging import clear_leftovers
from media.models import Blob, DirectUpload, Media, UploadPart
from media.tests.support.originals import original_of
from media.tests.support.photographs import photo
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db
PART = "application/offset+octet-stream"


@pytest.fixture
def client(client_for: Any, alice: Any) -> APIClient:
    made: APIClient = client_for(alice)
    return made


def announced(client: APIClient, size: int, **fields: Any) -> str:
    """The path of the bytes of a file that a client announced."""
    answer = client.post("/v1/media/uploads", {"size": size, **fields})
    assert answer.status_code == 201, answer.content
    return f"/v1/media/uploads/{answer.json()['id']}"


def append(client: APIClient, path: str, offset: int | str, data: bytes, **options: Any) -> Any:
    headers = {"Upload-Offset": str(offset), **options.pop("headers", {})}
    return client.generic("PATCH", f"{path}/bytes", data, options.pop("kind", PART), headers=headers)


def test_a_file_in_three_parts(client, objects):
    data = photo("JPEG", 400, 300)
    path = announced(client, len(data), alt_text="A ferry")
    third = len(data) // 3
    for start, end in ((0, third), (third, 2 * third), (2 * third, len(data))):
        answer = append(client, path, start, data[start:end])
        assert (answer.status_code, answer["Upload-Offset"], answer.content) == (204, str(end), b"")
        assert client.get(f"{path}/bytes").json()["offset"] == end
    done = client.post(f"{path}/complete")
    assert done.status_code == 202
    drain()
    media = client.get(done["Location"]).json()
    assert (media["state"], media["alt_text"]) == ("ready", "A ferry")
    assert original_of(client, done["Location"]) == data
    assert not UploadPart.objects.exists()
    assert not [key for key in objects if key.startswith("incoming/")]


def test_a_client_of_tus_asks_what_is_spoken(client):
    for path in ("/v1/media/uploads", f"{announced(client, 10)}/bytes"):
        told = client.options(path)
        assert (told.status_code, told["Tus-Version"]) == (200, "1.0.0")
        assert told["Tus-Extension"].split(",") == ["creation", "expiration", "termination"]
        limits = client.get("/v1/instance").json()["limits"]["bytes"]
        assert int(told["Tus-Max-Size"]) == max(limits.values())
    other = client.post("/v1/media/uploads", headers={"Upload-Length": "10", "Tus-Resumable": "2.0.0"})
    assert (other.status_code, other["Tus-Version"]) == (412, "1.0.0")


def test_as_a_client_of_tus_begins(client):
    metadata = ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in
                        (("filename", "a.jpg"), ("alt_text", "Fähre"))) + ",is_confidential"  # fmt: skip
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "1000", "Upload-Metadata": metadata}
    answer = client.generic("POST", "/v1/media/uploads", headers=headers)
    assert (answer.status_code, answer["Tus-Resumable"]) == (201, "1.0.0")
    assert answer["Location"] == f"/v1/media/uploads/{answer.json()['id']}/bytes"
    assert answer["Upload-Expires"].endswith(" GMT")
    assert DirectUpload.objects.get().alt_text == "Fähre"
    asked = client.head(answer["Location"], headers={"Tus-Resumable": "1.0.0"})
    assert (asked.status_code, asked["Upload-Offset"], asked["Upload-Length"]) == (200, "0", "1000")
    assert "no-store" in asked["Cache-Control"]


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Upload-Length": "0"}, 400, "invalid"),
        ({"Upload-Length": "many"}, 400, "invalid"),
        ({"Upload-Length": "9" * 30}, 413, "too_large"),
        ({"Upload-Length": "10", "Upload-Metadata": "alt_text !!!"}, 400, "invalid"),
        ({"Upload-Length": "10", "Upload-Metadata": "alt_text /w=="}, 400, "invalid"),
        ({"Upload-Length": "10", "Upload-Metadata": "sha256 eA=="}, 400, "invalid"),
        ({"Upload-Length": "10", "Tus-Resumable": "0.2.2"}, 412, "unsupported_version"),
    ],
)
def test_what_does_not_begin(headers, status, code, client):
    answer = client.generic("POST", "/v1/media/uploads", headers={"Tus-Resumable": "1.0.0", **headers})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not DirectUpload.objects.exists()


def test_a_repeated_beginning_is_one(client):
    headers = {"Upload-Length": "1000", "Idempotency-Key": "k"}
    answers = [client.generic("POST", "/v1/media/uploads", headers=headers) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]


@pytest.mark.parametrize("offset", [0, 5, 11, 100, 10**17])
def test_bytes_of_another_place_are_refused_and_told_the_right_one(offset, client):
    path = announced(client, 100)
    append(client, path, 0, b"x" * 10)
    answer = append(client, path, offset, b"y" * 10)
    assert (answer.status_code, answer.json()["code"], answer.json()["offset"]) == (409, "wrong_offset", 10)
    assert client.get(f"{path}/bytes").json()["offset"] == 10


@pytest.mark.parametrize("offset", ["", "-1", "1.5", "0x1", "١", "9" * 19])
def test_offsets_that_are_none(offset, client):
    answer = append(client, announced(client, 100), offset, b"x")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_an_offset_is_required(client):
    answer = client.generic("PATCH", f"{announced(client, 100)}/bytes", b"x", PART)
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [("/Upload-Offset", "required")]


def test_more_than_was_announced_is_refused(client, objects):
    path = announced(client, 100)
    append(client, path, 0, b"x" * 60)
    answer = append(client, path, 60, b"y" * 41)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert len([key for key in objects if key.startswith("incoming/")]) == 1


def test_bytes_may_be_called_just_bytes(client):
    assert append(client, announced(client, 100), 0, b"x", kind="application/octet-stream")["Upload-Offset"] == "1"


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x"])
def test_another_content_type_is_refused(kind, client):
    answer = append(client, announced(client, 100), 0, b"{}", kind=kind)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_another_version_is_refused(client):
    answer = append(client, announced(client, 100), 0, b"x", headers={"Tus-Resumable": "2.0.0"})
    assert (answer.status_code, answer.json()["code"]) == (412, "unsupported_version")


def test_no_bytes_change_nothing(client, objects):
    path = announced(client, 100)
    assert append(client, path, 0, b"")["Upload-Offset"] == "0"
    assert not UploadPart.objects.exists()


def test_it_is_not_completed_before_all_is_there(client):
    path = announced(client, 100)
    append(client, path, 0, b"x" * 99)
    answer = client.post(f"{path}/complete")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_uploaded")
    assert "99 of 100" in answer.json()["detail"]
    assert not Media.objects.exists()


def test_other_bytes_than_announced_are_found_out(client):
    data = photo("PNG", 40, 30)
    path = announced(client, len(data), sha256="0" * 64)
    append(client, path, 0, data)
    answer = client.post(f"{path}/complete")
    assert (answer.status_code, answer.json()["code"]) == (409, "upload_differs")
    assert hashlib.sha256(data).hexdigest() in answer.json()["detail"]


def test_what_is_no_picture_is_refused_at_the_end(client):
    path = announced(client, 1000)
    append(client, path, 0, bytes(1000))
    assert client.post(f"{path}/complete").json()["code"] == "unsupported_format"


def test_completed_twice_is_one(client):
    data = photo("WEBP", 40, 30)
    path = announced(client, len(data))
    append(client, path, 0, data[:100])
    append(client, path, 100, data[100:])
    first, second = (client.post(f"{path}/complete") for _ in range(2))
    assert first.json()["id"] == second.json()["id"]
    assert (Media.objects.count(), Blob.objects.count()) == (1, 1)
    late = append(client, path, len(data), b"")
    assert (late.status_code, late.json()["code"]) == (410, "gone")
    assert client.head(f"{path}/bytes")["Upload-Offset"] == str(len(data))


def test_others_know_nothing_of_it(client, client_for, bob):
    path = announced(client, 100)
    other = client_for(bob)
    for answer in (append(other, path, 0, b"x"), other.get(f"{path}/bytes"), other.delete(f"{path}/bytes")):
        assert answer.status_code == 404
        assert answer.json()["code"] == other.get("/v1/media/uploads/1/bytes").json()["code"]
    assert append(client_for(None), path, 0, b"x").status_code == 401
    assert not UploadPart.objects.exists()


def test_each_part_prolongs_it_and_then_it_is_over(client):
    path = announced(client, 100)
    DirectUpload.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
    append(client, path, 0, b"x")
    assert DirectUpload.objects.get().expires_at > timezone.now() + timedelta(hours=23)
    DirectUpload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = append(client, path, 1, b"y")
    assert (answer.status_code, answer.json()["code"]) == (410, "gone")


def test_the_address_for_one_piece_is_good_for_an_hour_all_the_same(client):
    path = announced(client, 100)
    append(client, path, 0, b"x")
    upload = DirectUpload.objects.get()
    assert upload.expires_at - timezone.now() > timedelta(hours=2)
    assert "X-Amz-Expires=86" not in (client.get(f"{path}/status").json()["url"] or "")


def test_an_unfinished_one_is_swept(client, objects):
    path = announced(client, 100)
    append(client, path, 0, b"x" * 10)
    append(client, path, 10, b"x" * 10)
    assert direct_uploads.tidy() == 0
    DirectUpload.objects.update(expires_at=timezone.now() - direct_uploads.KEPT_FOR - timedelta(seconds=1))
    assert direct_uploads.tidy() == 1
    assert not DirectUpload.objects.exists()
    assert not UploadPart.objects.exists()
    assert not [key for key in objects if key.startswith("incoming/")]


def test_it_stays_while_the_storage_is_away(client, outage):
    path = announced(client, 100)
    append(client, path, 0, b"x" * 10)
    DirectUpload.objects.update(expires_at=timezone.now() - direct_uploads.KEPT_FOR - timedelta(seconds=1))
    with outage():
        assert direct_uploads.tidy() == 0
    assert UploadPart.objects.count() == 1
    assert direct_uploads.tidy() == 1


def test_parts_that_were_not_counted_are_found_by_a_purge(client, objects, monkeypatch):
    path = announced(client, 100)
    append(client, path, 0, b"x" * 10)
    key = UploadPart.objects.get().key
    objects[f"{DirectUpload.objects.get().key}.10.abcd"] = b"lost"  # a server that died before it counted them
    assert clear_leftovers() == 1
    assert [one for one in objects if one.startswith("incoming/")] == [key]


def test_given_up_it_is_forgotten(client, objects):
    path = announced(client, 100)
    append(client, path, 0, b"x" * 10)
    for _ in range(2):
        assert client.delete(f"{path}/bytes").status_code == 204
    assert not [key for key in objects if key.startswith("incoming/")]
    assert append(client, path, 10, b"x").json()["code"] == "gone"
    assert client.head(f"{path}/bytes").status_code == 410, "so a client of tus begins anew"


def test_a_completed_one_is_not_given_up(client):
    data = photo("WEBP", 40, 30)
    path = announced(client, len(data))
    append(client, path, 0, data)
    done = client.post(f"{path}/complete")
    assert client.delete(f"{path}/bytes").status_code == 204
    assert original_of(client, done["Location"]) == data


def test_while_the_storage_is_away_nothing_is_counted(client, outage):
    path = announced(client, 100)
    append(client, path, 0, b"x" * 10)
    with outage():
        answer = append(client, path, 10, b"y" * 10)
        assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    assert client.get(f"{path}/bytes").json()["offset"] == 10
    assert append(client, path, 10, b"y" * 10).status_code == 204


def test_it_counts_against_the_quota(client, settings):
    settings.QUOTA_BYTES = 1000
    announced(client, 900)
    answer = client.generic("POST", "/v1/media/uploads", headers={"Upload-Length": "200"})
    assert (answer.status_code, answer.json()["code"]) == (409, "quota_exceeded")


def test_too_many_parts_are_refused(client, monkeypatch):
    monkeypatch.setattr(resumable_uploads, "MAX_PARTS", 2)  # two thousand would take too long
    path = announced(client, 100)
    for offset in range(2):
        append(client, path, offset, b"x")
    assert append(client, path, 2, b"x").status_code == 413


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_one_is_counted(client, alice, client_for, objects, run_concurrently):
    path = announced(client, 80)
    answers = run_concurrently([lambda: append(client_for(alice), path, 0, b"z" * 10).status_code] * 8)
    assert sorted(answers) == [204, *[409] * 7]
    assert client.get(f"{path}/bytes").json()["offset"] == 10
    assert len([key for key in objects if key.startswith("incoming/")]) == 1


def test_the_instance_says_that_it_can(client):
    assert "resumable_uploads" in client.get("/v1/instance").json()["features"]
