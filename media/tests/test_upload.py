"""`POST /v1/media`: what is answered, what is kept, and whose it is."""

import hashlib
import json
from collections.abc import MutableMapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from api.throttles import RATES, Rate, redis_breaker
from api.wsgi.uploads import ADMITTED, ANNOUNCED, CONTINUE
from media.models import Blob, Media
from media.tests.support.originals import body_of, original_of
from media.tests.support.photographs import FORMATS, photo, send
from tests.support import factories


def test_answer_is_202_while_processing(client_for, alice):
    response = send(client_for(alice), photo(), alt_text="A ferry")

    assert response.status_code == 202
    body = response.json()
    assert response["Location"] == f"/v1/media/{body['id']}"
    assert body == {
        "id": str(Media.objects.get().pk),
        "kind": "photo",
        "state": "processing",
        "alt_text": "A ferry",
        "width": None,
        "height": None,
        "blurhash": None,
        "duration": None,
        "url": None,
        "renditions": [],
        "poster": None,
        "progress": None,
        "notices": [],
    }


def test_an_upload_that_was_announced_counts_once_and_names_its_limit(client_for, alice, settings, monkeypatch):
    settings.RATE_LIMITS = True
    monkeypatch.setitem(RATES, "upload", Rate(5, 3600))  # instead of 600
    redis_breaker.close()
    left: dict[str, Any] = {}
    announced = client_for(alice).post("/v1/media", content_type="multipart/form-data", **{ANNOUNCED: left})
    file = {"file": SimpleUploadedFile("a.jpg", photo())}
    answer = client_for(alice).post("/v1/media", file, format="multipart", **{ADMITTED: left})
    assert (announced.status_code, answer.status_code) == (CONTINUE, 202)
    assert answer["RateLimit"].startswith('"upload";r=4;t=')
    assert answer["RateLimit-Policy"] == '"upload";q=5;w=3600'


@pytest.mark.parametrize("kind", FORMATS)
def test_original_comes_back_byte_for_byte(kind, client_for, alice):
    data = photo(kind)
    assert original_of(client_for(alice), send(client_for(alice), data)["Location"]) == data


@pytest.mark.storage("local")  # of a bucket: test_s3_addresses.py
@pytest.mark.parametrize("kind", FORMATS)
def test_headers_of_an_original(kind, client_for, alice):
    data = photo(kind)
    media_id = send(client_for(alice), data).json()["id"]
    response = client_for(alice).get(f"/v1/media/{media_id}/original", headers={"Accept": "image/*"})

    assert response.status_code == 200
    assert response.getvalue() == data
    assert response["Content-Type"] == FORMATS[kind]
    assert response["Content-Length"] == str(len(data))
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


def test_original_is_not_sent_again_to_who_has_it(client_for, alice):
    address = f"/v1/media/{send(client_for(alice), photo()).json()['id']}/original"
    etag = f'"{hashlib.sha256(photo()).hexdigest()}"'
    again = client_for(alice).get(address, headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    assert body_of(client_for(alice).get(address, headers={"If-None-Match": '"other"'})) == photo()


@pytest.mark.storage("local")  # a bucket does it by itself
def test_part_of_an_original(client_for, alice):
    address = f"/v1/media/{send(client_for(alice), photo()).json()['id']}/original"
    part = client_for(alice).get(address, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.getvalue()) == (206, photo()[10:20])
    assert part["Content-Range"] == f"bytes 10-19/{len(photo())}"
    assert part["ETag"] == f'"{hashlib.sha256(photo()).hexdigest()}"'
    same = client_for(alice).get(address, headers={"Range": "bytes=10-19", "If-Range": part["ETag"]})
    assert (same.status_code, same.getvalue()) == (206, photo()[10:20])
    assert client_for(alice).get(address, headers={"Range": "bytes=10-19", "If-Range": '"x"'}).getvalue() == photo()
    assert client_for(alice).get(address, headers={"Range": f"bytes={len(photo())}-"}).status_code == 416


def test_a_file_without_a_name_is_told_what_it_lacks(client_for, alice):
    answer = client_for(alice).post("/v1/media", {"file": "a text part"}, format="multipart")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "invalid"
    assert "filename" in answer.json()["detail"]


@pytest.mark.storage("local")
def test_original_is_only_bytes_for_who_accepts_nothing_else(client_for, alice):
    media_id = send(client_for(alice), photo()).json()["id"]
    response = client_for(alice).get(f"/v1/media/{media_id}/original", headers={"Accept": "application/octet-stream"})
    assert response["Content-Type"] == "application/octet-stream"
    assert response.getvalue() == photo()


def test_only_the_owner_reaches_a_media_and_its_original(client_for, alice, bob, charlie):
    media_id = send(client_for(alice), photo()).json()["id"]
    absent = client_for(bob).get("/v1/media/1").json()
    for path in (f"/v1/media/{media_id}", f"/v1/media/{media_id}/original"):
        response = client_for(alice).get(path)
        assert body_of(response)
        for stranger in (bob, charlie):
            response = client_for(stranger).get(path)
            assert response.status_code == 404
            assert response.json() == absent
        assert client_for(None).get(path).status_code == 401
    assert client_for(bob).patch(f"/v1/media/{media_id}", {"alt_text": "mine"}).status_code == 404
    assert client_for(bob).delete(f"/v1/media/{media_id}").status_code == 404


def test_sidecar_says_whose_an_original_is(client_for, alice, objects):
    data = photo()
    media_id = send(client_for(alice), data).json()["id"]
    blob = Blob.objects.get()

    assert objects[blob.key] == data
    note = json.loads(objects[f"{blob.key}.{media_id}.json"])
    assert note["media"] == media_id
    assert note["owner"] == str(alice.pk)
    assert note["sha256"] == blob.sha256
    assert note["created_at"]


def test_identical_bytes_are_stored_once(client_for, alice, bob, objects):
    data = photo()
    ids = {send(client_for(who), data).json()["id"] for who in (alice, alice, bob)}

    assert len(ids) == 3
    blob = Blob.objects.get()
    assert objects.originals() == [blob.key]
    assert len(objects.sidecars()) == 3


def test_a_blob_being_purged_is_not_revived(client_for, alice):
    data = photo()
    send(client_for(alice), data)
    Blob.objects.update(state=Blob.State.PURGING)
    second = send(client_for(alice), data).json()["id"]

    assert Media.objects.get(pk=second).blob.state == Blob.State.STORED
    assert Blob.objects.count() == 2


@pytest.mark.parametrize("harm", [MutableMapping.pop, lambda objects, key: objects.update({key: b"rotten"})])
def test_identical_upload_heals_what_rotted(harm, client_for, alice, objects):
    data = photo()
    first = send(client_for(alice), data).json()["id"]
    harm(objects, Blob.objects.get().key)
    send(client_for(alice), data)

    assert original_of(client_for(alice), f"/v1/media/{first}") == data


@pytest.mark.storage("local")
def test_file_name_and_declared_type_do_not_matter(client_for, alice, objects):
    file = SimpleUploadedFile("../../../etc/cron.d/x.php\x00.html", photo("PNG"), content_type="text/html")
    response = client_for(alice).post("/v1/media", {"file": file}, format="multipart")

    assert response.status_code == 202
    assert Blob.objects.get().content_type == "image/png"
    assert not [key for key in objects if "x" in key.replace("originals/", "") or ".." in key]
    original = client_for(alice).get(f"/v1/media/{response.json()['id']}/original")
    assert original["Content-Disposition"] == f'attachment; filename="{response.json()["id"]}.png"'
    original.close()


def test_alt_text_is_edited_by_its_owner(client_for, alice):
    address = send(client_for(alice), photo())["Location"]
    assert client_for(alice).patch(address, {"alt_text": "Zürich at night"}).json()["alt_text"] == "Zürich at night"
    assert client_for(alice).get(address).json()["alt_text"] == "Zürich at night"
    assert client_for(alice).patch(address, {"alt_text": "x" * 1501}).status_code == 400
    assert client_for(alice).patch(address, {}).status_code == 400


def test_alt_text_that_is_too_long_stores_nothing(client_for, alice):
    response = send(client_for(alice), photo(), alt_text="x" * 1501)
    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == "/alt_text"
    assert not Media.objects.exists()


def test_list_shows_ones_own_newest_first(client_for, alice, bob):
    ids = [send(client_for(alice), photo("PNG", width)).json()["id"] for width in (50, 51, 52)]
    send(client_for(bob), photo())
    page = client_for(alice).get("/v1/media?limit=2").json()
    assert [media["id"] for media in page["results"]] == [ids[2], ids[1]]
    rest = client_for(alice).get(f"/v1/media?limit=2&cursor={page['next']}").json()
    assert [media["id"] for media in rest["results"]] == [ids[0]]


def test_list_takes_the_same_queries_for_one_and_for_many(client_for, alice, django_assert_num_queries):
    client = client_for(alice)
    for count in (1, 30):
        while Media.objects.count() < count:
            factories.media(alice)
        with django_assert_num_queries(2):
            assert len(client.get("/v1/media?limit=100").json()["results"]) == count
