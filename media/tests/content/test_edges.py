"""Files whose picture is whole and whose edges are not: taken as browsers take them, the original byte for byte.

A picture that is not whole is told, however its file ends.
"""

import io
import logging
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image

from media.formats import gif
from media.formats.jpeg import is_refined
from media.formats.sniffing import sniff
from media.processing import photo_decoders, second_decoder
from media.processing.photo_process import ProcessingError
from media.tests.support import heifs
from media.tests.support.films import moving_gif
from media.tests.support.gauntlet_photos import chunk, png_with, segment
from media.tests.support.originals import original_of
from media.tests.support.photographs import CORNERS, encoded, near, opened, painted, photo, send
from tests.support.outbox import drain

JUNK = b"\x00\x17\x2anot a segment\xff\x00\x01"


def jpeg(**options: bool) -> bytes:
    return photo("JPEG", 700, 500, **options)


def after_first_segment(data: bytes, junk: bytes) -> bytes:
    """A JPEG with bytes behind its first segment."""
    end = 4 + int.from_bytes(data[4:6])
    return data[:end] + junk + data[end:]


def long_text(name: bytes = b"zTXt") -> bytes:
    """A compressed text of 3 MB."""
    head = {b"zTXt": b"Comment\0\0", b"iTXt": b"Comment\0\x01\0\0\0"}[name]
    return chunk(name, head + zlib.compress(bytes(range(256)) * 12_000))


def wrong_sum(name: bytes) -> bytes:
    data = bytearray(png_with(chunk(name, b"Title\0text")))
    at = data.index(name)
    data[at + 4 + 10] ^= 0xFF
    return bytes(data)


def riff_sized(data: bytes, size: int) -> bytes:
    return data[:4] + struct.pack("<I", size) + data[8:]


def webp_with(*chunks: tuple[bytes, bytes]) -> bytes:
    """A WebP with these chunks behind its picture, and a header that announces metadata."""
    data = photo("WEBP", 700, 500)
    head = (
        struct.pack("<4sI", b"VP8X", 10)
        + bytes([0x2C, 0, 0, 0])
        + (699).to_bytes(3, "little")
        + (499).to_bytes(3, "little")
    )
    rest = b"".join(struct.pack("<4sI", name, len(body)) + body for name, body in chunks)
    inner = b"WEBP" + head + data[12:] + rest
    return b"RIFF" + struct.pack("<I", len(inner)) + inner


def outlived(data: bytes) -> bytes:
    """A marker that is none stands in its pixels; those behind the next place to begin again are as they were."""
    place = data.index(b"\xff\xd2")
    return data[: place - 6] + b"\xff\x9f" + data[place:]


WHOLE: dict[str, Callable[[], bytes]] = {
    "JPEG with a spoiled byte that its rest outlives": lambda: outlived(jpeg(restart_marker_rows=1)),
    "JPEG without its last byte before the end": lambda: jpeg()[:-3] + b"\xff\xd9",
    "JPEG without its end marker": lambda: jpeg()[:-2],
    "JPEG with half an end marker": lambda: jpeg()[:-1],
    "JPEG without its end marker, progressive": lambda: jpeg(progressive=True)[:-2],
    "JPEG with zeros for its end": lambda: jpeg()[:-2] + bytes(500),
    "JPEG with bytes between segments": lambda: after_first_segment(jpeg(), JUNK),
    "JPEG with zeros between segments": lambda: after_first_segment(jpeg(), bytes(300)),
    "JPEG with 500 fill bytes": lambda: after_first_segment(jpeg(), b"\xff" * 500),
    "JPEG with a segment shorter than it can be": lambda: after_first_segment(jpeg(), b"\xff\xe5\0\1"),
    "JPEG with vendor's data behind it": lambda: jpeg() + b"SEFH" + bytes(4000) + b"SEFT",
    "JPEG with another start behind it": lambda: jpeg() + b"\xff\xd8\xff\xe1",
    "JPEG with a broken profile in parts": lambda: after_first_segment(jpeg(), segment(0xE2, b"ICC_PROFILE\0\1\2half")),
    "JPEG with broken MPF": lambda: after_first_segment(jpeg(), segment(0xE2, b"MPF\0MM\0*" + b"\xff" * 40)),
    "PNG without its end chunk": lambda: photo("PNG", 700, 500)[:-12],
    "PNG with half an end chunk": lambda: photo("PNG", 700, 500)[:-5],
    "PNG without the last checksum": lambda: photo("PNG", 700, 500)[:-16],
    "PNG with a wrong checksum of a text": lambda: wrong_sum(b"tEXt"),
    "PNG with a wrong checksum of a private chunk": lambda: wrong_sum(b"prVt"),
    "PNG with a text over 1 MiB (zTXt)": lambda: png_with(long_text()),
    "PNG with a text over 1 MiB (iTXt)": lambda: png_with(long_text(b"iTXt")),
    "PNG with a hundred texts over 1 MiB": lambda: png_with(*[long_text()] * 100),
    "PNG with a broken text": lambda: png_with(chunk(b"zTXt", b"Comment\0\0nothing deflated")),
    "PNG with a broken profile": lambda: png_with(chunk(b"iCCP", b"x\0\0nothing deflated")),
    "PNG with a broken time": lambda: png_with(chunk(b"tIME", b"")),
    "PNG with broken EXIF": lambda: png_with(chunk(b"eXIf", b"MM\0*\xff\xff\xff\xff")),
    "PNG with data behind it": lambda: photo("PNG", 700, 500) + b"\0" * 4000,
    "WebP whose RIFF says it is shorter": lambda: riff_sized(webp_with((b"EXIF", b"MM\0*\0\0\0\x08\0\0")), 1000),
    "WebP whose RIFF says it is longer": lambda: riff_sized(photo("WEBP", 700, 500), 10_000_000),
    "WebP whose RIFF says nothing": lambda: riff_sized(photo("WEBP", 700, 500), 0),
    "WebP with metadata that is cut": lambda: webp_with((b"XMP ", b"x" * 2000))[:-1000],
    "WebP with chunks of a vendor": lambda: webp_with((b"vndr", b"abcd")),
    "WebP with data behind it": lambda: photo("WEBP", 700, 500) + b"\0" * 4001,
    "GIF without its end": lambda: photo("GIF", 700, 500)[:-1],
    "GIF with data behind it": lambda: photo("GIF", 700, 500) + b"\0" * 4000,
    "HEIC with data behind it": lambda: photo("HEIF", 700, 500) + b"\0" * 4000,
    "AVIF with data behind it": lambda: photo("AVIF", 700, 500) + b"\0" * 4000,
}


def assert_painted(image: Image.Image) -> None:
    plain = image.convert("RGB")
    for corner, wanted in CORNERS.items():
        across, down = ("right" in corner) * 2 + 1, ("bottom" in corner) * 2 + 1
        assert near(plain.getpixel((plain.width * across // 4, plain.height * down // 4)), wanted, 60), corner


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_picture_is_taken(name, client_for, alice):
    data = WHOLE[name]()
    sent = send(client_for(alice), data)
    assert sent.status_code == 202, sent.content
    drain()
    media = client_for(alice).get(sent["Location"]).json()
    assert media["state"] == "ready", media
    assert (media["width"], media["height"], media["notices"]) == (700, 500, [])
    assert_painted(opened(client_for(None), media["url"]))
    assert original_of(client_for(alice), sent["Location"]) == data


def half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def first_scans(data: bytes, count: int) -> bytes:
    """A progressive JPEG of its first scans."""
    at = -1
    for _ in range(count + 1):
        at = data.index(b"\xff\xda", at + 1)
    start = data.rindex(b"\xff\xc4", 0, at)
    return data[:start]


PARTS: dict[str, Callable[[], bytes]] = {
    "JPEG, half": lambda: half(jpeg()),
    "JPEG, half, and an end of zeros": lambda: half(jpeg()) + bytes(4000),
    "JPEG, half, and its end": lambda: half(jpeg()) + b"\xff\xd9",
    "JPEG, half, and another file": lambda: half(jpeg()) + b"\xff\xc4\0\0" + bytes(500) + b"\xff\xd9",
    "JPEG, progressive, half, and its end": lambda: half(jpeg(progressive=True)) + b"\xff\xd9",
    "JPEG, all but 20 bytes": lambda: jpeg()[:-22],
    "JPEG, progressive, half": lambda: half(jpeg(progressive=True)),
    "JPEG, progressive, three of its scans": lambda: first_scans(jpeg(progressive=True), 3),
    "PNG, half": lambda: half(photo("PNG", 700, 500)),
    "PNG, half, and its end": lambda: half(photo("PNG", 700, 500)) + chunk(b"IEND", b""),
    "PNG with a wrong checksum of its pixels": lambda: spoiled(photo("PNG", 700, 500), b"IDAT"),
    "WebP, half": lambda: half(photo("WEBP", 700, 500)),
    "WebP, half, and its size right": lambda: riff_sized(half(photo("WEBP", 700, 500)), 100),
    "GIF, half": lambda: half(photo("GIF", 700, 500)),
    "AVIF, half": lambda: half(photo("AVIF", 700, 500)),
    "AVIF without its last bytes": lambda: photo("AVIF", 700, 500)[:-40],
}


def spoiled(data: bytes, name: bytes) -> bytes:
    at = data.index(name) + 40
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


@pytest.mark.parametrize("name", PARTS)
def test_a_part_of_a_picture_is_told(name, developed):
    media = developed(PARTS[name]())
    assert media["state"] == "failed", media
    assert media["error"]["code"] == "damaged_file"


def see_through() -> bytes:
    """As libavif refuses it: its alpha channel has no size."""
    return heifs.with_alpha(painted(), Image.new("L", (120, 80), 128), has_size=False)


def test_avif_that_its_decoder_refuses_is_decoded_by_the_next(developed, client_for):
    media = developed(see_through())
    assert media["state"] == "ready", media
    image = opened(client_for(None), media["renditions"][0]["url"])
    assert image.mode == "RGBA"
    assert abs(image.getpixel((30, 20))[3] - 128) < 8
    assert_painted(image)


def test_the_log_names_each_decoder_that_refused(caplog, tmp_path):
    caplog.set_level(logging.INFO, "media")
    data = bytearray(see_through())
    start = data.index(b"mdat") + 4
    data[start:] = b"\xa5" * (len(data) - start)
    (tmp_path / "noise").write_bytes(data)
    with (tmp_path / "noise").open("rb") as file, pytest.raises(ProcessingError, match="damaged_file"):
        photo_decoders.make_renditions(file, "image/avif", 10_000)
    assert "'decoder': 'AVIF'" in caplog.text
    assert "'because': " in caplog.text
    assert "ffmpeg refused a photo as well" in caplog.text


def test_the_next_decoder_crops_and_turns_once(developed, client_for):
    """By a file that is cropped and turned, which ffmpeg would do by itself."""
    image = Image.new("RGB", (128, 80), (250, 20, 250))
    image.paste((30, 160, 60), (0, 0, 64, 48))
    alpha = Image.new("L", (128, 80), 200)
    crop, turn = heifs.cropped(64, 48, -64, -32), heifs.turned(1)
    media = developed(heifs.with_alpha(image, alpha, crop, turn, has_size=False))
    assert (media["width"], media["height"]) == (48, 64)
    shown = opened(client_for(None), media["renditions"][0]["url"]).convert("RGB")
    assert all(near(pixel, (30, 160, 60)) for pixel in shown.get_flattened_data())


def test_ffmpeg_makes_nothing_of_what_is_no_avif(tmp_path):
    with (tmp_path / "in").open("w+b") as source, (tmp_path / "out").open("w+b") as target:
        source.write(photo("JPEG"))
        assert second_decoder.decode(source, target) == 0


def test_a_tile_is_not_taken_for_the_picture(developed):
    """ffmpeg decodes one item: of a picture in tiles that is not the picture."""
    tiles = [heifs.coded(painted(64, 64), kind="AVIF") for _ in range(2)]
    plan = struct.pack(">BBBBHH", 0, 0, 0, 1, 128, 64)
    grid = heifs.Item(b"grid", plan, [heifs.size_of(128, 64), heifs.full(b"xxxx", 0)])
    data = heifs.heic([*tiles, grid], primary=3, made_of={3: [1, 2]}, head=heifs.AVIF_HEAD)
    media = developed(data)
    assert media["state"] == "failed" or (media["width"], media["height"]) == (128, 64)


def test_bytes_before_a_segment_are_bounded():
    data = jpeg()
    assert sniff(io.BytesIO(after_first_segment(data, bytes(60_000)))) == sniff(io.BytesIO(data))


def test_scans_that_are_missing_are_noticed():
    data = jpeg(progressive=True)
    assert is_refined(data)
    assert not is_refined(first_scans(data, 5))
    assert is_refined(jpeg())


class TestMovingGif:
    """A GIF that moves is a video; its end marker alone may be missing."""

    def test_without_its_end(self, developed):
        media = developed(moving_gif(8)[:-1])
        assert (media["state"], media["kind"]) == ("ready", "video")

    def test_cut_in_its_second_frame(self, developed):
        data = moving_gif(8)
        second = data.index(b"!\xf9\x04", data.index(b"!\xf9\x04") + 1)
        media = developed(data[: second + 30])
        assert (media["state"], media["kind"]) == ("failed", "video")

    def test_of_extensions_alone_does_not_move(self):
        assert not gif.moves(io.BytesIO(encoded(Image.new("P", (8, 8)), "GIF")[:13] + b"!\xfe\x01a\0" * 9))
