"""With media in a bucket an address leads on to the store, for no longer than the token allows."""

import urllib.error
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import pytest
from django.utils import timezone

from media import actions, tokens
from media.models import Media
from media.serializers import MediaSerializer
from media.tests.support.photographs import path_of, photo, send

pytestmark = pytest.mark.storage("s3")
GONE = {403, 404}  # a store says which only to whoever may list its keys


@pytest.fixture
def address(developed: Callable[..., dict[str, Any]]) -> str:
    """The address of one rendition of alice's."""
    return path_of(developed(photo("JPEG", 400, 300))["url"])


def status_at_store(location: str, **headers: str) -> int:
    try:
        with urlopen(Request(location, headers=headers), timeout=10) as answer:  # noqa: S310 - an address of the test
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_redirect_lives_as_long_as_the_token(address, client_for, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client_for(None).get(address)
    assert response.status_code == 302
    grant = tokens.check(address.split("/")[2], address.partition("token=")[2])
    assert grant is not None
    life = int(parse_qs(urlsplit(response["Location"]).query)["X-Amz-Expires"][0])
    assert 0 <= life - grant.seconds <= 1
    assert response["Cache-Control"] == f"private, max-age={life}, immutable"
    assert response["Access-Control-Allow-Origin"] == "*"


def test_store_answers_as_it_is_told(address, client_for, objects):
    response = client_for(None).get(address)
    with urlopen(response["Location"], timeout=10) as file:  # noqa: S310 - as above
        assert file.read() == objects[next(key for key in objects if key.endswith("/w400.jpg"))]
        assert file.headers["Content-Type"] == "image/jpeg"
        assert file.headers["Content-Disposition"] == "inline"
        assert file.headers["Cache-Control"] == response["Cache-Control"]
    assert status_at_store(response["Location"], Range="bytes=0-3") == 206


def test_public_media_may_be_cached_by_everybody(address, client_for):
    media = Media.objects.for_display().get()
    url = MediaSerializer(media, context={"private": False}).data["url"]
    assert client_for(None).get(path_of(url))["Cache-Control"].startswith("public, max-age=")


def test_wrong_and_expired_tokens_get_no_redirect(address, client_for, monkeypatch):
    path = address.partition("?")[0]
    wrong = [client_for(None).get(path), client_for(None).get(f"{path}?token=x"), client_for(None).get(f"{address}x")]
    later = timezone.now().timestamp() + 301
    monkeypatch.setattr("media.tokens.time.time", lambda: later)
    wrong.append(client_for(None).get(address))
    assert {(answer.status_code, answer["Cache-Control"]) for answer in wrong} == {(404, "no-store")}
    assert len({answer.content for answer in wrong}) == 1


def test_nothing_else_can_be_read_with_it(address, client_for):
    location = client_for(None).get(address)["Location"]
    key = urlsplit(location).path
    original = Media.objects.get().blob.key
    assert status_at_store(location) == 200
    assert status_at_store(location.replace(key, f"/{key.split('/')[1]}/{original}")) == 403
    assert status_at_store(location.replace("inline", "attachment")) == 403


def test_of_an_absent_file_the_store_says_so(address, client_for):
    path, _, token = address.partition("?")
    response = client_for(None).get(f"{path.rpartition('/')[0]}/w9999.webp?{token}")
    assert status_at_store(response["Location"]) in GONE


def test_withdrawn_media_is_gone_from_its_old_address_at_once(address, client_for, alice):
    location = client_for(None).get(address)["Location"]
    actions.withdraw(media_id=Media.objects.get().pk)
    assert status_at_store(location) in GONE
    assert status_at_store(client_for(None).get(address)["Location"]) in GONE
    fresh = client_for(alice).get(f"/v1/media/{Media.objects.get().pk}").json()["url"]
    assert status_at_store(client_for(None).get(path_of(fresh))["Location"]) == 200


def test_clients_are_sent_to_the_public_name(address, client_for, settings):
    inside = urlsplit(settings.STORAGES["default"]["OPTIONS"]["endpoint_url"])
    outside = f"http://localhost:{inside.port}"
    options = settings.STORAGES["default"]["OPTIONS"] | {"endpoint_url": outside}
    settings.STORAGES = settings.STORAGES | {"public": settings.STORAGES["default"] | {"OPTIONS": options}}
    location = client_for(None).get(address)["Location"]
    assert location.startswith(outside + "/")
    assert status_at_store(location) == 200
    assert status_at_store(location.replace("localhost", "127.0.0.1")) == 403  # the host is under the signature


def test_an_original_is_at_an_address_of_a_minute(client_for, alice):
    sent = send(client_for(alice), photo("PNG")).json()
    response = client_for(alice).get(f"/v1/media/{sent['id']}/original")
    assert (response.status_code, response["Cache-Control"]) == (302, "private, no-store")
    assert parse_qs(urlsplit(response["Location"]).query)["X-Amz-Expires"] == ["60"]
    with urlopen(response["Location"], timeout=10) as file:  # noqa: S310 - as above
        assert file.read() == photo("PNG")
        assert file.headers["Content-Type"] == "image/png"
        assert file.headers["Content-Disposition"] == f'attachment; filename="{sent["id"]}.png"'
    assert status_at_store(response["Location"], Range="bytes=0-3") == 206


def test_an_address_for_head_is_signed_for_head(address, client_for):
    location = client_for(None).head(address)["Location"]
    with urlopen(Request(location, method="HEAD"), timeout=10) as answer:  # noqa: S310 - as above
        assert (answer.status, answer.headers["Content-Type"]) == (200, "image/jpeg")
