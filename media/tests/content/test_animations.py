"""WebP, PNG and AVIF that move become videos, as a GIF does: every frame, for as long as it is shown."""

import io
import struct
from typing import Any

import pytest
from PIL import Image, UnidentifiedImageError
from rest_framework.test import APIClient

from media.formats.sniffing import sniff
from media.tests.support import heifs
from media.tests.support.films import HEVC, film, filmed, frames, told
from media.tests.support.gauntlet_photos import chunk, png_with
from media.tests.support.originals import original_of
from media.tests.support.photographs import downloaded, encoded, near, painted, photo, send
from tests.support.outbox import drain

COLORS = {"red": (230, 20, 20), "green": (20, 160, 40), "blue": (30, 40, 220)}
SECONDS = [0.3, 0.2, 0.5]
KINDS = ["WEBP", "PNG", "AVIF", "GIF", "HEIF"]
PICTURES = (b"hdlr" + bytes(8) + b"vide", b"hdlr" + bytes(8) + b"pict")


def sequence(*seconds: float, head: bytes = b"msf1\0\0\0\0msf1hevc") -> bytes:
    """The three colors as a HEIC of frames alone: what ffmpeg filmed, under its other name."""
    inputs = [
        part
        for name, lasts in zip(("0xe61414", "0x14a028", "0x1e28dc"), seconds, strict=True)
        for part in ("-f", "lavfi", "-i", f"color={name}:s=120x80:r=20:d={lasts}")
    ]
    data = filmed(*inputs, "-filter_complex", "concat=n=3", *HEVC, "-bf", "0", "-movflags", "+faststart")
    return renamed(data, head)


def moving(kind: str, seconds: list[float] | None = None, **options: Any) -> bytes:
    """Three colors, one after the other."""
    if kind == "HEIF":
        return sequence(*(seconds or SECONDS))
    file, times = io.BytesIO(), [round(1000 * one) for one in seconds or SECONDS]
    first, *rest = [Image.new("RGB", (120, 80), color) for color in COLORS.values()]
    first.save(file, kind, save_all=True, append_images=rest, duration=times, **options)
    return file.getvalue()


def colors_over_time(media: dict[str, Any]) -> list[str]:
    """The color of each twentieth of a second, as ffmpeg decodes the result."""
    film = downloaded(APIClient(), media["renditions"][0]["url"])
    stills = frames(film, rate=20)
    return [_name_of(still.getpixel((60, 40))) for still in stills]


def _name_of(pixel: Any) -> str:
    return next((name for name, color in COLORS.items() if near(pixel, color, 60)), str(pixel))


@pytest.mark.parametrize("kind", KINDS)
def test_every_frame_is_shown_for_its_time(kind, developed):
    media = developed(moving(kind))
    assert (media["state"], media["kind"], media["notices"]) == ("ready", "video", [])
    assert (media["width"], media["height"]) == (120, 80)
    assert media["duration"] == pytest.approx(1.0, abs=0.1)
    found = colors_over_time(media)
    assert [name for place, name in enumerate(found) if place == 0 or found[place - 1] != name] == list(COLORS)
    assert [found.count(name) / 20 for name in COLORS] == pytest.approx(SECONDS, abs=0.06)
    assert media["poster"]["renditions"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_short_frame_among_long_ones_is_not_lost(kind, developed):
    found = colors_over_time(developed(moving(kind, [1.0, 0.05, 1.0])))
    assert 1 <= found.count("green") <= 2
    assert found.count("blue") == pytest.approx(20, abs=1)


def without(name: bytes) -> bytes:
    """An AVIF that moves, without a box."""
    return moving("AVIF").replace(name, b"free", 1)


STILL_PICTURES_SAY_NOTHING = {
    "no place of the still picture": lambda: without(b"iloc"),
    "no size of it": lambda: without(b"ispe"),
    "no properties": lambda: without(b"iprp"),
    "no still picture's number": lambda: without(b"pitm"),
    "nothing of still pictures": lambda: without(b"meta"),
}


@pytest.mark.parametrize("name", STILL_PICTURES_SAY_NOTHING)
def test_an_avif_whose_frames_are_whole_moves_whatever_it_says_of_a_still_picture(name, developed):
    """Browsers and ffmpeg play it."""
    media = developed(STILL_PICTURES_SAY_NOTHING[name]())
    assert (media["state"], media["kind"], media["notices"]) == ("ready", "video", [])
    assert (media["width"], media["height"]) == (120, 80)
    found = colors_over_time(media)
    assert [found.count(color) / 20 for color in COLORS] == pytest.approx(SECONDS, abs=0.06)


def test_sixteen_minutes_are_too_long(developed):
    assert developed(moving("WEBP", [400.0, 400.0, 160.0]))["error"]["code"] == "too_long"


def appearing(kind: str) -> bytes:
    """Nothing, then red."""
    file = io.BytesIO()
    first, second = (Image.new("RGBA", (120, 80), (200, 0, 0, alpha)) for alpha in (0, 255))
    first.save(file, kind, save_all=True, append_images=[second], duration=500)
    return file.getvalue()


def with_alpha_of_no_size() -> bytes:
    """As some encoders write the still picture of an AVIF that moves; libavif refuses it."""
    data = bytearray(appearing("AVIF"))
    colors = data.index(b"ipma") + 12  # the properties of the first picture, then of its alpha: number, count, places
    alpha = colors + 3 + data[colors + 2]
    assert data[alpha + 3] == 1  # the size, which the pictures share
    data[alpha + 3] = 0
    with pytest.raises(UnidentifiedImageError):
        Image.open(io.BytesIO(data))
    return bytes(data)


@pytest.mark.parametrize(
    "make",
    [
        *(lambda: appearing("WEBP"), lambda: appearing("PNG"), lambda: appearing("AVIF"), with_alpha_of_no_size),
        lambda: appearing("AVIF").replace(b"ispe", b"free"),
    ],
    ids=["WebP", "PNG", "AVIF", "AVIF, its still picture with a mistake", "AVIF of frames alone"],
)
def test_what_is_transparent_is_white(make, developed):
    (film,) = developed(make())["renditions"]
    stills = frames(downloaded(APIClient(), film["url"]))
    assert near(stills[0].getpixel((60, 40)), (255, 255, 255), 12)
    assert near(stills[-1].getpixel((60, 40)), (200, 0, 0), 60)


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_frames_of_no_time_are_shown_as_browsers_do(kind, developed):
    """A tenth of a second each."""
    assert developed(moving(kind, [0.0, 0.0, 0.0]))["duration"] == pytest.approx(0.3, abs=0.05)


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])  # Pillow cannot write such an AVIF
def test_orientation_counts_as_in_a_photo(kind, developed):
    exif = Image.Exif()
    exif[0x0112] = 6
    media = developed(moving(kind, exif=exif.tobytes()))
    assert (media["width"], media["height"]) == (80, 120)


@pytest.mark.parametrize("kind", ["WEBP", "PNG", "AVIF"])
def test_cut_in_the_middle_is_told(kind, client_for, alice):
    file = io.BytesIO()
    noise = [Image.effect_noise((120, 80), 50 + n).convert("RGB") for n in range(6)]
    noise[0].save(file, kind, save_all=True, append_images=noise[1:], duration=100)
    data = file.getvalue()[: file.tell() * 2 // 3]
    sent = send(client_for(alice), data)
    assert sent.status_code == 202, sent.content
    drain()
    media = client_for(alice).get(sent["Location"]).json()
    assert (media["state"], media["error"]["code"]) == ("failed", "damaged_file")
    assert original_of(client_for(alice), sent["Location"]) == data


def test_a_default_picture_that_is_no_frame_is_left_out(developed):
    """Of a PNG it may be a notice for programs that know no animation."""
    file = io.BytesIO()
    pictures = [Image.new("RGB", (120, 80), color) for color in ((0, 0, 0), *COLORS.values())]
    pictures[0].save(file, "PNG", save_all=True, append_images=pictures[1:], duration=300, default_image=True)
    assert colors_over_time(developed(file.getvalue()))[0] == "red"


SEQUENCES = {
    "frames alone": lambda: sequence(*SECONDS),
    "frames alone, of a brand that says less": lambda: sequence(*SECONDS, head=b"mif1\0\0\0\0msf1"),
    "a still picture beside them": lambda: heifs.heic([heifs.coded(painted(64, 64))], head=sequence(*SECONDS)),
}


@pytest.mark.parametrize("name", SEQUENCES)
def test_a_heic_that_calls_itself_a_sequence_moves(name, developed):
    media = developed(SEQUENCES[name]())
    assert (media["state"], media["kind"], media["notices"]) == ("ready", "video", [])
    assert (media["width"], media["height"]) == (120, 80)
    found = colors_over_time(media)
    assert [found.count(color) / 20 for color in COLORS] == pytest.approx(SECONDS, abs=0.06)


def test_a_heic_of_one_frame_is_shown(developed):
    media = developed(renamed(film(*HEVC, seconds=0.1), b"msf1\0\0\0\0hevc"))
    assert (media["state"], media["width"], media["height"]) == ("ready", 160, 90)


def test_a_sequence_cut_short_says_so(developed):
    media = developed(sequence(1.0, 1.0, 1.0)[:-40])
    assert (media["state"], [notice["code"] for notice in media["notices"]]) == ("ready", ["cut_short"])


@pytest.mark.parametrize(
    "brand", [b"heic", b"mif1", b"msf1"], ids=["still", "any picture", "sequence of what nobody decodes"]
)
def test_the_still_picture_of_a_heic_that_is_none_or_cannot_move_is_shown(brand, developed):
    frames = sequence(*SECONDS, head=brand + b"\0\0\0\0heicmif1msf1")
    data = heifs.heic([heifs.coded(painted(64, 64))], head=frames if brand != b"msf1" else hidden(frames))
    media = developed(data)
    assert (media["state"], media["kind"], media["width"]) == ("ready", "photo", 64)
    assert [notice["code"] for notice in media["notices"]] == ["shown_still"]


def test_a_brand_that_announces_frames_where_there_are_none_is_no_damage(developed):
    media = developed(photo("HEIF").replace(b"mif1", b"msf1"))
    assert (media["state"], media["kind"], media["notices"]) == ("ready", "photo", [])


def renamed(data: bytes, brands: bytes) -> bytes:
    """A film under other brands, its pictures those of a sequence."""
    start = int.from_bytes(data[:4])
    return struct.pack(">I4s", start, b"ftyp") + brands.ljust(start - 8, b"\0") + data[start:].replace(*PICTURES)


def test_the_sound_of_an_avif_is_heard(developed):
    """libavif knows none."""
    av1 = ("-c:v", "libaom-av1", "-cpu-used", "8", "-pix_fmt", "yuv420p", "-movflags", "+faststart")
    head = renamed(film(*av1, sound=True), b"avis\0\0\0\0avismsf1miaf")
    data = heifs.heic([heifs.coded(painted(160, 90), kind="AVIF")], head=head)
    Image.open(io.BytesIO(data), formats=["AVIF"])
    media = developed(data)
    assert (media["state"], media["kind"], media["notices"]) == ("ready", "video", [])
    assert "Audio: aac" in told(downloaded(APIClient(), media["renditions"][0]["url"]))


def test_a_sound_beside_a_still_picture_is_told(developed):
    sound = filmed("-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac", ending="m4a")
    media = developed(heifs.heic([heifs.coded(painted(64, 64))], head=renamed(sound, b"heic\0\0\0\0mif1isom")))
    assert (media["state"], media["kind"]) == ("ready", "photo")
    assert [notice["code"] for notice in media["notices"]] == ["sound_left_out"]


def hidden(data: bytes) -> bytes:
    """With frames in a format that is not known."""
    return data.replace(b"hvc1", b"uncv")


def test_frames_alone_in_a_format_that_nobody_decodes_are_told(developed):
    assert developed(hidden(sequence(*SECONDS)))["error"]["code"] in {"no_video", "unsupported_codec"}


def test_a_heic_that_moves_says_that_it_is_shown_still(developed):
    """Its decoder knows one picture of it. The index of frames is that of an AVIF."""
    avif = moving("AVIF")
    start = avif.index(b"moov") - 4
    index = avif[start : start + int.from_bytes(avif[start : start + 4])]
    media = developed(photo("HEIF") + index)
    assert (media["state"], media["kind"]) == ("ready", "photo")
    assert [notice["code"] for notice in media["notices"]] == ["shown_still"]


STILL = {
    "PNG": photo("PNG"),
    "WebP": photo("WEBP"),
    "AVIF": photo("AVIF"),
    "PNG that announces frames and has none": png_with(chunk(b"acTL", struct.pack(">II", 7, 0))),
    "PNG announced too late": photo("PNG")[:-12] + chunk(b"acTL", bytes(8)) + chunk(b"fcTL", b"") * 3,
    "WebP of one frame": moving("WEBP").replace(b"ANMF", b"JUNK").replace(b"JUNK", b"ANMF", 1),
    "AVIF whose index is broken": moving("AVIF").replace(b"stsz", b"junk"),
    "GIF of one frame": encoded(painted(), "GIF"),
}


@pytest.mark.parametrize("name", STILL)
def test_what_does_not_move_is_a_photo(name):
    assert not sniff(io.BytesIO(STILL[name])).is_video


def test_a_thousand_chunks_keep_nobody_busy():
    data = png_with(chunk(b"acTL", struct.pack(">II", 2, 0)), *[chunk(b"skIp", b"")] * 100_000)
    assert not sniff(io.BytesIO(data)).is_video


def test_frames_that_are_too_large_are_told(developed, settings):
    settings.PHOTO_MAX_PIXELS = 1000
    assert developed(moving("WEBP"))["error"]["code"] == "too_many_pixels"
