"""Videos that are broken, too much, or something else: each ends with a code and a sentence, and the original stays."""

import struct
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from events.models import Delivery
from media.models import Media
from media.processing import ffmpeg, sandbox
from media.tests.support.films import ENCRYPTION, H264, HEVC, VP9, box, encrypted_webm, film, moving_gif
from media.tests.support.originals import original_of
from media.tests.support.photographs import send
from media.tests.support.spoiling import cut
from tests.support.outbox import drain

FAST = (*H264, "-movflags", "+faststart")
FTYP = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"


def _with_duration(seconds: int) -> bytes:
    data = bytearray(film())
    at = box(bytes(data), b"mvhd") + 20
    (scale,) = struct.unpack_from(">I", data, at)
    struct.pack_into(">I", data, at + 4, seconds * scale)
    return bytes(data)


def _with_size(width: int, height: int) -> bytes:
    data = bytearray(film())
    at = box(bytes(data), b"tkhd") + 84
    struct.pack_into(">II", data, at, width << 16, height << 16)
    return bytes(data)


REFUSED: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "nothing": (lambda: b"", 400, "empty_file"),
    "only its type": (lambda: FTYP, 400, "damaged_file"),
    "index cut off": (lambda: film()[: box(film(), b"moov")], 400, "damaged_file"),
    "cut before the index": (lambda: film()[: len(film()) // 4], 400, "damaged_file"),
    "boxes of nonsense": (lambda: FTYP + b"\xff\xff\xff\xffmoov" + bytes(50), 400, "damaged_file"),
    "sixteen minutes": (lambda: _with_duration(960), 400, "too_long"),
    "a second too long": (lambda: _with_duration(901), 400, "too_long"),
    "too wide": (lambda: _with_size(8194, 100), 400, "too_many_pixels"),
    "too high": (lambda: _with_size(100, 8194), 400, "too_many_pixels"),
    "playlist": (lambda: b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", 415, "unsupported_format"),
    "list of files": (lambda: b"ffconcat version 1.0\nfile /etc/passwd\n", 415, "unsupported_format"),
    "matroska": (lambda: film(*H264, ending="mkv"), 415, "unsupported_format"),
    "avi": (lambda: film("-c:v", "mpeg4", ending="avi"), 415, "unsupported_format"),
    "flash": (lambda: film("-c:v", "flv1", ending="flv"), 415, "unsupported_format"),
    "transport stream": (lambda: film(*H264, ending="ts"), 415, "unsupported_format"),
    "sound file": (lambda: b"\0\0\0\x18ftypM4A \0\0\0\0M4A M4B " + bytes(50), 415, "no_video"),
    "sound alone": (lambda: film("-map", "1:a", "-c:a", "aac", sound=True), 415, "no_video"),
    "sound alone in webm": (
        lambda: film("-map", "1:a", "-c:a", "libopus", ending="webm", sound=True),
        415,
        "no_video",
    ),
    "encrypted": (lambda: film(*H264, *ENCRYPTION), 415, "encrypted_file"),
    "encrypted by itunes": (lambda: film(*H264).replace(b"avc1", b"drmi"), 415, "encrypted_file"),
    "encrypted webm": (encrypted_webm, 415, "encrypted_file"),
    "webm cut in its header": (lambda: film(*VP9, ending="webm")[:30], 400, "damaged_file"),
    "webm of nothing": (lambda: b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm", 400, "damaged_file"),
    "webm of zeros": (lambda: b"\x1a\x45\xdf\xa3" + bytes(100), 400, "damaged_file"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_at_once(name, client_for, alice):
    make, status, code = REFUSED[name]
    response = send(client_for(alice), make(), "film.mp4")
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert not Media.objects.exists()


def _noise(data: bytes) -> bytes:
    """The same film, with its pictures overwritten."""
    start, stop = box(data, b"mdat") + 8, len(data)
    return data[:start] + bytes(n * 31 % 251 for n in range(stop - start))


def _playlist_inside() -> bytes:
    body = b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
    moov = struct.pack(">I", 8) + b"moov"
    return FTYP + moov + struct.pack(">I", 8 + len(body)) + b"mdat" + body


FAILS: dict[str, tuple[Callable[[], bytes], str]] = {
    "cut in the middle": (lambda: film(*FAST)[: len(film(*FAST)) * 2 // 3], "damaged_file"),
    "fragments cut in the first": (
        lambda: cut(film(*H264, "-movflags", "frag_keyframe+empty_moov"), 50),
        "damaged_file",
    ),
    "webm cut in the middle": (lambda: cut(film(*VP9, ending="webm", seconds=3), 50), "damaged_file"),
    "gif cut in the middle": (lambda: moving_gif()[:-100], "damaged_file"),
    "pictures of noise": (lambda: _noise(film(*FAST, seconds=2)), "damaged_file"),
    "no tracks": (_playlist_inside, "damaged_file"),
    "sound called words": (
        lambda: film("-map", "1:a", "-c:a", "aac", sound=True).replace(b"soun", b"text"),
        "no_video",
    ),
    "apple's animations": (lambda: film("-c:v", "qtrle", ending="mov"), "unsupported_codec"),
}


@pytest.mark.parametrize("name", FAILS)
def test_fails_in_the_worker_and_keeps_the_original(name, client_for, alice):
    make, code = FAILS[name]
    sent = send(client_for(alice), make(), "film.mp4")
    assert sent.status_code == 202, sent.content
    assert sent.json()["kind"] == "video"
    drain()
    media = client_for(alice).get(sent["Location"]).json()
    assert (media["state"], media.get("error", {}).get("code")) == ("failed", code)
    assert media["error"]["detail"].endswith(".")
    assert (media["url"], media["renditions"], media["poster"], media["progress"]) == (None, [], None, None)
    assert original_of(client_for(alice), f"{sent['Location']}") == make()


def test_header_that_lies_about_the_time(developed, settings):
    settings.VIDEO_MAX_SECONDS = 3
    media = developed(film(*VP9, "-f", "webm", "-live", "1", ending="webm", seconds=5, rate=5))
    assert media["error"]["code"] == "too_long"


def test_size_that_the_header_hides(developed, settings):
    data = bytearray(film(*FAST, size=(200, 100)))
    struct.pack_into(">II", data, box(bytes(data), b"tkhd") + 84, 10 << 16, 10 << 16)
    settings.VIDEO_MAX_SIDE, settings.VIDEO_MAX_PIXELS = 150, 150**2
    assert developed(bytes(data))["error"]["code"] == "too_many_pixels"


def test_too_many_bytes(client_for, alice, settings):
    settings.PHOTO_MAX_BYTES = settings.VIDEO_MAX_BYTES = len(film()) - 1
    response = send(client_for(alice), film())
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_photo_as_large_as_a_video(client_for, alice, settings):
    settings.PHOTO_MAX_BYTES = 1000
    from_phone = b"\xff\xd8\xff\xc0\x00\x11\x08\x00\x10\x00\x10" + bytes(2000)
    response = send(client_for(alice), from_phone)
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_one_that_takes_too_long_is_ended(client_for, alice, settings):
    settings.VIDEO_CPU_SECONDS = 0
    address = send(client_for(alice), film(size=(1280, 720), seconds=20, rate=30))["Location"]
    drain()
    assert client_for(alice).get(address).json()["error"]["code"] == "took_too_long"


def test_one_that_crashes_takes_nobody_along(client_for, alice, monkeypatch):
    monkeypatch.setattr(ffmpeg, "run", _crash)  # no decoder of today crashes on demand
    address = send(client_for(alice), film())["Location"]
    drain()
    Media.objects.update(retry_at=None)  # the pause is over
    Delivery.objects.filter(done_at=None).update(lease_until=timezone.now())
    drain()
    assert client_for(alice).get(address).json()["error"]["code"] == "decoder_crashed"


def _crash(*_: Any, **__: Any) -> None:
    raise sandbox.Crashed("status -11")


CANARY = "CANARY"
TAGS = ("title", "comment", "location", "artist", "com.apple.quicktime.location.ISO6709", "com.apple.quicktime.model")


def _tagged(*options: str, ending: str) -> bytes:
    tags = [part for tag in TAGS for part in ("-metadata", f"{tag}=+41.0315+028.9796/{CANARY}")]
    streams = ["-metadata:s:v:0", f"handler_name={CANARY}", "-metadata:s:v:0", f"title={CANARY}"]
    more = ["-movflags", "use_metadata_tags"] if ending in {"mp4", "mov"} else []
    return film(*options, *tags, *streams, *more, ending=ending, sound=True)


@pytest.mark.parametrize(("options", "ending"), [(H264, "mp4"), (HEVC, "mov"), (VP9, "webm")])
def test_no_metadata_in_any_rendition(options, ending, developed, client_for):
    data = _tagged(*options, ending=ending)
    assert data.count(CANARY.encode()) >= 4, "the canary is not in the original: the test would prove nothing"
    media = developed(data)
    assert media["state"] == "ready"
    for rendition in (*media["renditions"], *media["poster"]["renditions"]):
        body = client_for(None).get("/" + rendition["url"].split("/", 3)[3]).getvalue()
        for trace in (CANARY, "+41.0315", "ISO6709", "apple"):
            assert trace.encode() not in body, (rendition["type"], trace)
