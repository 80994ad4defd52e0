"""What phones and browsers film comes out as one MP4 that plays everywhere, upright, with a still picture."""

import re
import struct
from typing import Any

import pytest
from PIL import Image

from media.models import Media
from media.tests.support.films import H264, HEVC, VP9, box, film, frames, moving_gif, told
from media.tests.support.photographs import CORNERS, downloaded, near, opened, path_of, photo, send

OPUS = ("-c:a", "libopus", "-b:a", "32k")


def assert_painted(image: Image.Image, off_by: int = 60) -> None:
    image = image.convert("RGB")
    for name, colour in CORNERS.items():
        across, down = ("right" in name) * 2 + 1, ("bottom" in name) * 2 + 1
        found = image.getpixel((image.width * across // 4, image.height * down // 4))
        assert near(found, colour, off_by), (name, found, colour)


FILMS: dict[str, dict[str, Any]] = {
    "h264 mp4": {"sound": True},
    "h264 mp4 without sound": {},
    "h264 mov": {"ending": "mov", "sound": True},
    "h264 m4v": {"ending": "m4v", "options": (*H264, "-brand", "M4V ")},
    "hevc mov": {"options": HEVC, "ending": "mov"},
    "hevc 10 bit mov": {"options": (*HEVC, "-pix_fmt", "yuv420p10le"), "ending": "mov"},
    "mpeg-4 mp4": {"options": ("-c:v", "mpeg4", "-q:v", "2")},
    "vp9 webm": {"options": (*VP9, *OPUS), "ending": "webm", "sound": True},
    "vp8 webm": {"options": ("-c:v", "libvpx", "-deadline", "realtime"), "ending": "webm"},
    "h264 with full colours": {"options": (*H264[:-1], "yuv444p")},
    "index first": {"options": (*H264, "-movflags", "+faststart"), "sound": True},
    "fragments": {"options": (*H264, "-movflags", "frag_keyframe+empty_moov")},
    "sixty frames a second": {"rate": 60},
    "long sound": {"options": (*H264, "-af", "apad=pad_dur=1"), "sound": True},
}


@pytest.mark.parametrize("name", FILMS)
def test_film(name, developed, client_for):
    making = dict(FILMS[name])
    media = developed(film(*making.pop("options", ()), **making), name="photo.jpg")

    assert (media["kind"], media["state"], media["progress"]) == ("video", "ready", None), media
    assert (media["width"], media["height"]) == (160, 90)
    assert 1.0 < media["duration"] < 2.5
    assert [(r["width"], r["height"], r["type"]) for r in media["renditions"]] == [(160, 90, "video/mp4")]
    assert media["url"] == media["renditions"][0]["url"]
    data = downloaded(client_for(None), media["url"])
    shown = told(data)
    assert re.search(r"Video: h264 .*yuv420p\b", shown)
    assert ("Audio: aac" in shown and "stereo" in shown) == making.get("sound", False)
    assert box(data, b"moov") < box(data, b"mdat"), "no fast start"
    assert_painted(frames(data)[-1])


def test_poster(developed, client_for):
    media = developed(film(size=(640, 360)))
    poster = media["poster"]

    assert (poster["width"], poster["height"], poster["type"]) == (640, 360, "image/jpeg")
    sizes = [(r["width"], r["height"], r["type"]) for r in poster["renditions"]]
    assert sizes == [(320, 180, "image/webp"), (640, 360, "image/webp"), (640, 360, "image/jpeg")]
    for rendition in (poster, *poster["renditions"]):
        image = opened(client_for(None), rendition["url"])
        assert image.size == (rendition["width"], rendition["height"])
        assert_painted(image)
    assert len(media["blurhash"]) > 10


def test_poster_of_a_blink(developed, client_for):
    """No frame at one second: the first one is taken."""
    assert_painted(opened(client_for(None), developed(film(seconds=0.3))["poster"]["url"]))


@pytest.mark.parametrize(
    ("size", "shown"),
    [((1280, 720), (1280, 720)), ((1440, 1080), (960, 720)), ((1080, 1920), (720, 1280)), ((2000, 100), (2000, 100))],
)
def test_short_side_is_at_most_720(size, shown, developed, client_for):
    media = developed(film(size=size, seconds=0.3))
    assert (media["width"], media["height"]) == size
    assert (media["renditions"][0]["width"], media["renditions"][0]["height"]) == shown
    assert f"{shown[0]}x{shown[1]}" in told(downloaded(client_for(None), media["url"]))


@pytest.mark.parametrize("size", [(161, 91), (3, 99), (99, 2)])
def test_odd_sides(size, developed):
    media = developed(film(*VP9, ending="webm", size=size))
    assert media["state"] == "ready", media
    assert (media["width"], media["height"]) == size
    shown = media["renditions"][0]
    assert (shown["width"], shown["height"]) == (size[0] // 2 * 2, size[1] // 2 * 2)


@pytest.mark.parametrize(("turn", "shown"), [(90, (90, 160)), (-90, (90, 160)), (180, (160, 90)), (270, (90, 160))])
def test_rotation_is_applied_and_forgotten(turn, shown, developed, client_for):
    media = developed(film(*HEVC, ending="mov", turn=turn))
    assert (media["width"], media["height"]) == shown
    data = downloaded(client_for(None), media["url"])
    assert "rotation" not in told(data)
    image = frames(data)[-1]
    assert image.size == shown
    back = image.rotate(-turn, expand=True)  # the matrix turns counter-clockwise
    assert_painted(back)


SEEN_THROUGH = "geq=lum='lum(X,Y)':cb='cb(X,Y)':cr='cr(X,Y)':a='if(lt(X,80),255,0)'"


@pytest.mark.parametrize("codec", [("libvpx-vp9",), ("libvpx", "-auto-alt-ref", "0")], ids=["VP9", "VP8"])
def test_what_is_seen_through_in_webm_is_white(codec, developed, client_for):
    """The left half is opaque, the right half is not."""
    options = (
        "-vf",
        f"format=yuva420p,{SEEN_THROUGH}",
        "-c:v",
        *codec,
        "-deadline",
        "realtime",
        "-pix_fmt",
        "yuva420p",
    )
    media = developed(film(*options, ending="webm"))
    image = frames(downloaded(client_for(None), media["url"]))[-1].convert("RGB")
    for place, color in {(40, 22): CORNERS["top_left"], (120, 22): (255, 255, 255), (120, 68): (255, 255, 255)}.items():
        assert near(image.getpixel(place), color, 60), place


MIRRORED = {  # a, b, c, d of the display matrix, and what undoes it
    "left and right": ((-1, 0, 0, 1), Image.Transpose.FLIP_LEFT_RIGHT),
    "up and down": ((1, 0, 0, -1), Image.Transpose.FLIP_TOP_BOTTOM),
    "along the diagonal": ((0, 1, 1, 0), Image.Transpose.TRANSPOSE),
    "across the diagonal": ((0, -1, -1, 0), Image.Transpose.TRANSVERSE),
}


@pytest.mark.parametrize("name", MIRRORED)
def test_what_a_front_camera_mirrored_is_shown_so(name, developed, client_for):
    (a, b, c, d), back = MIRRORED[name]
    data = bytearray(film(ending="mov"))
    across = (160 if a < 0 else 0) + (90 if c < 0 else 0)
    down = (160 if b < 0 else 0) + (90 if d < 0 else 0)
    numbers = [number << 16 for number in (a, b, 0, c, d, 0, across, down)]
    struct.pack_into(">9i", data, box(bytes(data), b"tkhd") + 48, *numbers, 1 << 30)
    media = developed(bytes(data))
    assert (media["width"], media["height"]) == ((90, 160) if b else (160, 90))
    assert_painted(frames(downloaded(client_for(None), media["url"]))[-1].transpose(back))


def test_square_pixels(developed):
    media = developed(film(*H264, "-vf", "setsar=2/1"))
    assert (media["width"], media["height"]) == (320, 90)
    assert (media["renditions"][0]["width"], media["renditions"][0]["height"]) == (320, 90)


def test_variable_frame_rate(developed, client_for):
    """Frames at 0, 1/30, 1 s: the last is shown as late as it was filmed."""
    uneven = film(*H264, "-vf", "select='eq(n,0)+eq(n,1)+eq(n,30)'", "-fps_mode", "vfr", rate=30)
    media = developed(uneven)
    assert media["duration"] == pytest.approx(1.03, abs=0.1)
    assert len(frames(downloaded(client_for(None), media["url"]))) in range(25, 65)


def test_more_frames_than_screens_show(developed, client_for):
    shown = told(downloaded(client_for(None), developed(film(rate=240, seconds=0.5))["url"]))
    assert "60 fps" in shown


class TestGif:
    def test_one_that_moves_is_a_video(self, developed, client_for):
        media = developed(moving_gif(), name="x.gif")
        assert (media["kind"], media["state"]) == ("video", "ready")
        assert media["duration"] == pytest.approx(0.8, abs=0.2)
        data = downloaded(client_for(None), media["url"])
        assert "Audio" not in told(data)
        assert_painted(frames(data)[0], 90)

    def test_one_that_loops_ends(self, developed):
        assert developed(moving_gif(loop=0))["duration"] == pytest.approx(0.8, abs=0.2)

    def test_one_that_stands_still_is_a_photo(self, developed):
        assert developed(photo("GIF"))["kind"] == "photo"

    @pytest.mark.storage("local")
    def test_its_original_is_a_gif(self, developed, client_for, alice):
        response = client_for(alice).get(f"/v1/media/{developed(moving_gif())['id']}/original")
        assert response["Content-Type"] == "image/gif"
        assert response.getvalue() == moving_gif()


class TestDelivery:
    @pytest.mark.storage("local")  # a bucket answers ranges itself: test_s3_addresses.py
    def test_part_of_a_film(self, developed, client_for):
        path = path_of(developed(film())["url"])
        whole = client_for(None).get(path)
        part = client_for(None).get(path, headers={"Range": "bytes=100-199"})

        assert (whole["Content-Type"], whole["Accept-Ranges"]) == ("video/mp4", "bytes")
        assert (part.status_code, part["Content-Type"]) == (206, "video/mp4")
        data = whole.getvalue()
        assert part["Content-Range"] == f"bytes 100-199/{len(data)}"
        assert part.getvalue() == data[100:200]

    def test_its_token_opens_no_other(self, developed, client_for):
        token = path_of(developed(film())["url"]).partition("?")[2]
        other = path_of(developed(moving_gif())["url"]).partition("?")[0]
        assert client_for(None).get(f"{other}?{token}").status_code == 404

    @pytest.mark.storage("local")  # a bucket's: test_s3_addresses.py
    def test_original_is_for_its_owner(self, developed, client_for, alice, bob):
        address = f"/v1/media/{developed(film(*VP9, ending='webm'))['id']}/original"
        response = client_for(alice).get(address)
        assert response.getvalue() == film(*VP9, ending="webm")
        assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("video/webm", "nosniff")
        assert response["Content-Disposition"].endswith('.webm"')
        assert client_for(bob).get(address).status_code == 404

    def test_limits_are_told(self, client_for, db):
        instance = client_for(None).get("/v1/instance").json()
        assert "video/quicktime" in instance["formats"]["video"]
        assert instance["limits"]["bytes"]["video"] == 300 * 1024 * 1024
        assert instance["limits"]["video_seconds"] == 900


def test_in_a_post(developed, client_for, alice, bob):
    media = developed(film())
    post = client_for(alice).post("/v1/posts", {"media": [media["id"]], "caption": "The lake"}).json()
    shown = client_for(bob).get(f"/v1/posts/{post['id']}").json()["media"][0]
    assert (shown["kind"], shown["duration"]) == ("video", media["duration"])
    assert told(downloaded(client_for(None), shown["url"]))


def test_same_bytes_twice(client_for, alice, bob, developed):
    developed(film())
    assert send(client_for(bob), film()).status_code == 202
    assert Media.objects.values("blob").distinct().count() == 1
