"""A video that began while its address was good can be seen to its end; nothing else outlives an address."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from media import actions, tokens
from media.media_urls import media_urls
from media.models import Media
from media.tests.support.films import film
from media.tests.support.photographs import path_of, photo
from posts.models import Post
from social.models import Block, Follow
from tests.support import factories

pytestmark = pytest.mark.django_db
NOW = 1_800_000_000
PREFIX = "Zm9vYmFyYmF6"
LENGTH = 600  # seconds of the video
REST, BEGINNING, END = {"Range": "bytes=100-"}, {"Range": "bytes=0-"}, {"Range": "bytes=-100"}
OPEN = (200, 206, 302)  # with a bucket, a redirect


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the time by which tokens are signed and checked."""

    def move(seconds: float) -> None:
        monkeypatch.setattr("media.tokens.time.time", lambda: NOW + seconds)

    move(0)
    return move


@pytest.fixture
def video(developed: Callable[..., dict[str, Any]]) -> Media:
    """A video of alice's that says to be of ten minutes."""
    media = Media.objects.get(pk=developed(film())["id"])
    media.duration = LENGTH
    media.save(update_fields=["duration"])
    return media


def status_of(client: Any, path: str, headers: dict[str, str] | None = None) -> int:
    response = client.get(path, headers=headers or {})
    response.close()  # an open file else
    return int(response.status_code)


def address_of(media: Media, **bounds: Any) -> str:
    return path_of(media_urls(media, **{"private": True, **bounds})["url"])


def expiry_of(path: str) -> int:
    """Seconds from now, as the token says."""
    claim = parse_qs(urlsplit(path).query)["token"][0].partition(".")[0]
    return int(claim[1:].partition("-")[0], 36) - NOW


def test_it_plays_on_for_its_length_and_a_minute(video, client_for, clock):
    path, client = address_of(video), client_for(None)
    expiry = expiry_of(path)
    assert 150 <= expiry <= tokens.PRIVATE_SECONDS
    for seconds, opens in [(0, True), (expiry - 1, True), (expiry + 1, True), (expiry + LENGTH + 59, True),
                           (expiry + LENGTH + 60, False), (10_000, False)]:  # fmt: skip
        clock(seconds)
        assert (status_of(client, path, REST) in OPEN) is opens, seconds


@pytest.mark.parametrize(
    "headers", [{}, BEGINNING, END, *({"Range": r} for r in ("bytes=00-", "lines=5-", "bytes=x-"))]
)
def test_it_does_not_begin_again(headers, video, client_for, clock):
    path = address_of(video)
    clock(expiry_of(path) - 1)
    assert status_of(client_for(None), path, headers) in OPEN
    clock(expiry_of(path))
    gone = client_for(None).get(path, headers=headers)
    assert (gone.status_code, gone["Cache-Control"]) == (404, "no-store")


@pytest.mark.storage("local")  # a bucket answers ranges itself
def test_what_goes_on_is_the_same_file_and_is_kept_by_no_cache(video, client_for, clock):
    path = address_of(video)
    whole = client_for(None).get(path).getvalue()
    clock(expiry_of(path) + 1)
    rest = client_for(None).get(path, headers={"Range": "bytes=100-199"})
    assert (rest.status_code, rest.getvalue()) == (206, whole[100:200])
    assert rest["Cache-Control"] == "private, no-store"


@pytest.mark.storage("s3")
def test_a_bucket_is_open_for_as_long(video, client_for, clock):
    path = address_of(video)
    for seconds in (0, expiry_of(path) + 10):
        clock(seconds)
        sent_to = client_for(None).get(path, headers=REST)["Location"]
        left = int(parse_qs(urlsplit(sent_to).query)["X-Amz-Expires"][0])
        assert left == expiry_of(path) + LENGTH + tokens.PAUSE_SECONDS - seconds
    clock(0)
    poster = path_of(media_urls(video, private=True)["poster"]["url"])
    sent_to = client_for(None).get(poster)["Location"]
    assert int(parse_qs(urlsplit(sent_to).query)["X-Amz-Expires"][0]) == expiry_of(path)


def test_its_poster_does_not_play(video, client_for, clock):
    poster = path_of(media_urls(video, private=True)["poster"]["url"])
    clock(expiry_of(poster) + 1)
    assert client_for(None).get(poster, headers=REST).status_code == 404


def test_a_photo_ends(developed, client_for, clock):
    media = Media.objects.get(pk=developed(photo("JPEG", 400, 300))["id"])
    path = address_of(media)
    clock(expiry_of(path) + 1)
    assert status_of(client_for(None), path, REST) == 404


def test_a_story_ends_playing_or_not(video, bob, client_for, clock):
    ends = datetime.fromtimestamp(NOW + 90, UTC)
    path = address_of(video, not_after=ends)
    assert expiry_of(path) == 90
    clock(89)
    assert status_of(client_for(None), path, REST) in OPEN
    clock(90)
    assert status_of(client_for(None), path, REST) == 404


def test_whoever_watches_a_story_gets_such_an_address(video, alice, bob, client_for):
    story = factories.story(alice, media=video)
    for viewer, goes_on in ((bob, False), (alice, True)):
        path = path_of(client_for(viewer).get(f"/v1/stories/{story.pk}").json()["media"]["url"])
        claim = parse_qs(urlsplit(path).query)["token"][0].partition(".")[0]
        assert ("-" in claim, claim[0].islower()) == (goes_on, goes_on)


def test_the_length_is_under_the_signature(clock):
    token = tokens.sign(tokens.subject(PREFIX, 30), private=True)
    said, _, signature = token.partition(".")
    plain, _, length = said.partition("-")
    assert tokens.check(PREFIX, token) is not None
    for forged in (f"{plain}-zz.{signature}", f"{plain}.{signature}", f"{plain}-.{signature}", f"{said}0.{signature}"):
        assert tokens.check(PREFIX, forged) is None
    assert int(length, 36) == 30


@pytest.mark.parametrize(("duration", "grant"), [(None, 0), (0.2, 61), (59.01, 120)])
def test_seconds_are_rounded_up(duration, grant, clock):
    found = tokens.check(PREFIX, tokens.sign(tokens.subject(PREFIX, duration), private=True))
    assert found is not None
    assert found.play_seconds - found.seconds == grant


class TestAfterTheRightIsGone:
    """Alice's account is private, bob follows her and watches."""

    @pytest.fixture
    def watched(self, video, alice, bob, client_for, clock):
        alice.is_private = True
        alice.save()
        if not Follow.objects.filter(follower=bob, followee=alice).exists():
            factories.follow(bob, alice)
        post = client_for(alice).post("/v1/posts", {"media": [str(video.pk)]}).json()
        return f"/v1/posts/{post['id']}"

    def address(self, client, post):
        return path_of(client.get(post).json()["media"][0]["url"])

    def test_a_block_leaves_what_was_begun_and_no_more(self, watched, alice, bob, client_for, clock):
        path = self.address(client_for(bob), watched)
        client_for(alice).put("/v1/users/bob/block")
        assert Block.objects.exists()
        assert client_for(bob).get(watched).status_code == 404, "no new address"
        clock(expiry_of(path) + 1)
        assert status_of(client_for(None), path) == 404
        assert status_of(client_for(None), path, REST) in OPEN
        clock(expiry_of(path) + LENGTH + tokens.PAUSE_SECONDS)
        assert status_of(client_for(None), path, REST) == 404

    def test_a_take_down_ends_it_at_once(self, watched, video, bob, client_for):
        path = self.address(client_for(bob), watched)
        actions.withdraw(media_id=video.pk)
        assert status_of(client_for(None), path, REST) in (
            302,
            404,
        )  # a bucket says itself that nothing is there: test_s3_addresses.py

    def test_cards_and_single_posts_have_the_same_address(self, watched, bob, client_for):
        single = self.address(client_for(bob), watched)
        listed = client_for(bob).get("/v1/users/alice/posts").json()["results"][0]["media"][0]
        assert path_of(listed["url"]) == single
        assert f"-{tokens._base36(LENGTH)}." in single
        assert Post.objects.count() == 1
