"""Media addresses carry the right to fetch, for a bounded time, and nothing else opens them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from media import actions, tokens
from media.media_urls import media_urls, smallest_url
from media.models import Media
from media.serializers import MediaSerializer
from media.tests.support.photographs import path_of, photo, send
from tests.support import factories
from tests.support.outbox import drain

PREFIX = "Zm9vYmFyYmF6"


@pytest.fixture
def address(developed: Callable[..., dict[str, Any]]) -> str:
    """The address of one rendition of alice's."""
    return path_of(developed(photo("JPEG", 400, 300))["url"])


def at(monkeypatch: pytest.MonkeyPatch, moment: float) -> None:
    monkeypatch.setattr("media.tokens.time.time", lambda: moment)


@pytest.mark.parametrize(("private", "most"), [(True, 300), (False, 3600)])
def test_token_lives_half_its_bound_at_least_and_never_longer(private, most, monkeypatch):
    for moment in range(1_800_000_000, 1_800_000_000 + most, most // 20):
        at(monkeypatch, moment)
        token = tokens.sign(PREFIX, private=private)
        grant = tokens.check(PREFIX, token)
        assert grant is not None
        assert most // 2 <= grant.seconds <= most
        assert grant.private is private
        at(monkeypatch, moment + grant.seconds)
        assert tokens.check(PREFIX, token) is None


def test_token_stays_the_same_within_its_bucket(monkeypatch):
    at(monkeypatch, 1_800_000_000)
    first = tokens.sign(PREFIX, private=False)
    at(monkeypatch, 1_800_000_000 + 1799)
    assert tokens.sign(PREFIX, private=False) == first
    at(monkeypatch, 1_800_000_000 + 1800)
    assert tokens.sign(PREFIX, private=False) != first


def test_token_ends_when_its_story_ends(monkeypatch):
    at(monkeypatch, 1_800_000_000)
    end = datetime.fromtimestamp(1_800_000_000 + 60, UTC)
    grant = tokens.check(PREFIX, tokens.sign(PREFIX, private=False, not_after=end))
    assert grant is not None
    assert grant.seconds == 60
    over = datetime.fromtimestamp(1_800_000_000, UTC)
    assert tokens.check(PREFIX, tokens.sign(PREFIX, private=False, not_after=over)) is None


def test_token_is_bound_to_its_media_scope_expiry_and_key(settings):
    token = tokens.sign(PREFIX, private=True)
    claim, _, signature = token.partition(".")
    later = claim[:-1] + ("z" if claim[-1] != "z" else "y")
    assert tokens.check(PREFIX, token)
    assert tokens.check("another" + PREFIX, token) is None
    for tampered in (
        f"o{claim[1:]}.{signature}",
        f"{later}.{signature}",
        claim,
        f".{signature}",
        "",
        "…",
        "p.",
        token + "A",
    ):
        assert tokens.check(PREFIX, tampered) is None
    settings.SECRET_KEY = "another"
    assert tokens.check(PREFIX, token) is None


@pytest.mark.storage("local")
def test_rendition_is_served_to_whoever_holds_its_token(address, client_for):
    response = client_for(None).get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Content-Disposition"] == "inline"
    assert "sandbox" in response["Content-Security-Policy"]
    kind, age = response["Cache-Control"].split(", ")[:2]
    assert kind == "private"
    assert 0 < int(age.removeprefix("max-age=")) <= 300
    assert "Set-Cookie" not in response
    assert len(response.getvalue()) == int(response["Content-Length"])


@pytest.mark.storage("local")
def test_serving_a_rendition_asks_no_database(address, client_for, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client_for(None).get(address).getvalue()


def test_one_token_opens_all_renditions_of_a_media_and_no_other(developed, client_for):
    first, second = developed(photo("PNG", 400, 300)), developed(photo("PNG", 410, 300))
    assert len({r["url"].partition("?")[2] for r in first["renditions"]}) == 1
    stolen = path_of(first["url"]).partition("?")[2]
    assert client_for(None).get(path_of(second["url"]).partition("?")[0] + "?" + stolen).status_code == 404


@pytest.mark.storage("local")
def test_wrong_expired_and_absent_answer_alike(address, client_for, monkeypatch):
    path, _, token = address.partition("?")
    prefix = path.split("/")[2]
    wrong = [
        client_for(None).get(path),
        client_for(None).get(f"{path}?token=x"),
        client_for(None).get(f"{path}?{token}x"),
        client_for(None).get(f"/media/{prefix}/w9999.webp?{token}"),
        client_for(None).get(f"/media/{PREFIX}/w320.webp?token={tokens.sign(PREFIX, private=False)}"),
    ]
    at(monkeypatch, timezone.now().timestamp() + 301)
    wrong.append(client_for(None).get(address))
    assert {response.status_code for response in wrong} == {404}
    assert len({response.content for response in wrong}) == 1
    assert {response["Cache-Control"] for response in wrong} == {"no-store"}


@pytest.mark.parametrize(
    "path",
    [
        "/media/../../secret_key",
        "/media/..%2f..%2fsecret_key/x.jpg",
        "/media/aaaaaaaa/..%2f..%2fx.jpg",
        "/media/aaaaaaaa/%2e%2e",
        "/media/aaaaaaaa/x.jpg%00",
        "/media/originals/aa",
    ],
)
def test_paths_that_climb_lead_nowhere(path, client_for):
    assert client_for(None).get(f"{path}?token={tokens.sign('aaaaaaaa', private=False)}").status_code in {400, 404}


@pytest.mark.storage("local")
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("bytes=0-3", (0, 4)),
        ("bytes=5-9", (5, 10)),
        ("bytes=-7", (-7, None)),
        ("bytes=10-", (10, None)),
        ("bytes=3-99999999", (3, None)),
    ],
)
def test_range(wanted, found, address, client_for):
    whole = client_for(None).get(address).getvalue()
    response = client_for(None).get(address, headers={"Range": wanted})
    assert response.status_code == 206
    assert response.getvalue() == whole[slice(*found)]
    assert response["Content-Range"].endswith(f"/{len(whole)}")
    assert int(response["Content-Length"]) == len(whole[slice(*found)])


@pytest.mark.storage("local")
@pytest.mark.parametrize("wanted", ["bytes=99999999-", "bytes=9-5"])
def test_range_beyond_the_end(wanted, address, client_for):
    response = client_for(None).get(address, headers={"Range": wanted})
    assert response.status_code == 416
    assert response["Content-Range"].startswith("bytes */")


@pytest.mark.storage("local")
@pytest.mark.parametrize(
    "wanted", ["bytes=0-1,3-4" + ",5-6" * 1000, "bytes=-", "lines=1-2", "bytes=a-b", "bytes=1" + "0" * 40 + "-"]
)
def test_other_ranges_get_the_whole(wanted, address, client_for):
    response = client_for(None).get(address, headers={"Range": wanted})
    assert response.status_code == 200
    assert len(response.getvalue()) == int(response["Content-Length"])


@pytest.mark.storage("local")
def test_unchanged_file_is_not_sent_again(address, client_for):
    first = client_for(None).get(address)
    first.getvalue()
    again = client_for(None).get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    part = client_for(None).get(address, headers={"Range": "bytes=0-3", "If-Range": '"older"'})
    assert part.status_code == 200
    part.getvalue()


@pytest.mark.storage("local")
def test_head_and_post(address, client_for):
    head = client_for(None).head(address)
    assert head.status_code == 200
    assert int(head["Content-Length"]) > 0
    assert b"".join(head.streaming_content) == b""
    assert client_for(None).post(address).status_code == 405


@pytest.mark.storage("local")
def test_withdrawn_media_is_gone_from_its_old_address_at_once(address, client_for, alice):
    media = Media.objects.get()
    actions.withdraw(media_id=media.pk)
    assert client_for(None).get(address).status_code == 404
    fresh = client_for(alice).get(f"/v1/media/{media.pk}").json()["url"]
    assert client_for(None).get(path_of(fresh)).getvalue()


@pytest.mark.storage("local")
def test_public_media_may_be_cached_by_everybody(client_for, alice):
    media_id = send(client_for(alice), photo()).json()["id"]
    drain()
    media = Media.objects.for_display().get(pk=media_id)
    url = MediaSerializer(media, context={"private": False}).data["url"]
    response = client_for(None).get(path_of(url))
    response.getvalue()
    assert response["Cache-Control"].startswith("public, max-age=")


def test_serializing_asks_no_query_beyond_the_prefetch(alice, django_assert_num_queries):
    for _ in range(3):
        factories.media(alice)
    rows = list(Media.objects.for_display())
    with django_assert_num_queries(0):
        data = MediaSerializer(rows, many=True, context={"private": False}).data
    assert [len(media["renditions"]) for media in data] == [2, 2, 2]


def test_smallest_url(alice):
    media = Media.objects.for_display().get(pk=factories.media(alice).pk)
    assert "/w320.webp?token=" in (smallest_url(media) or "")
    assert smallest_url(None) is None


def test_addresses_end_with_the_story(alice, running_clock):
    media = Media.objects.for_display().get(pk=factories.media(alice).pk)
    urls = media_urls(media, private=False, not_after=timezone.now() + timedelta(seconds=30))
    grant = tokens.check(media.prefix, urls["url"].partition("token=")[2])
    assert grant is not None
    assert grant.seconds <= 30
