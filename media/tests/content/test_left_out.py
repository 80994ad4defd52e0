"""Whatever else a file holds that its viewers would miss is told; what they would not miss is not."""

import io
import struct
import subprocess
import tempfile
from pathlib import Path

import pytest
from PIL import Image

from media.formats.stereo import has_two_views
from media.processing import ffmpeg
from media.tests.support import gauntlet_photos as make
from media.tests.support import heifs
from media.tests.support.films import HEVC, film
from media.tests.support.gauntlet_films import boxed
from media.tests.support.photographs import encoded, painted, photo

pytestmark = pytest.mark.django_db
WORDS = b"1\n00:00:00,000 --> 00:00:01,000\nhello\n"
CHAPTERS = b";FFMETADATA1\n" + b"".join(
    b"[CHAPTER]\nTIMEBASE=1/10\nSTART=%d\nEND=%d\ntitle=%c\n" % part for part in ((0, 5, 97), (5, 12, 98))
)
GPANO = b'http://ns.adobe.com/xap/1.0/\0<x GPano:ProjectionType="equirectangular" %s/>'
WIDTHS = b'GPano:CroppedAreaImageWidthPixels="%d" GPano:FullPanoWidthPixels="700"'


def codes(media):
    assert media["state"] == "ready", media
    return [notice["code"] for notice in media["notices"]]


def with_input(data, *options, ending="mp4"):
    """A film with something more in it, copied."""
    with tempfile.TemporaryDirectory() as folder:
        source, other, target = (Path(folder, name) for name in ("a.mp4", "other", f"b.{ending}"))
        source.write_bytes(film(sound=True))
        other.write_bytes(data)
        inputs = ["-i", str(source), "-i", str(other)]
        command = [ffmpeg.program(), "-v", "error", *inputs, "-c", "copy", *options, str(target)]
        subprocess.run(command, check=True, timeout=60)
        return target.read_bytes()


def several(kind):
    """Two pictures, either to be looked at."""
    file = io.BytesIO()
    painted(120, 80).save(file, kind, save_all=True, append_images=[Image.new("RGB", (120, 80), "white")])
    return file.getvalue()


def views():
    """A camera's multi-picture JPEG of two eyes."""
    data = bytearray(make.several_pictures())
    at = data.index(b"MPF\0") + 4
    order = "<" if data[at : at + 2] == b"II" else ">"
    kinds = data.index(struct.pack(f"{order}H", 0xB002), at)
    (offset,) = struct.unpack_from(f"{order}I", data, kinds + 8)
    struct.pack_into(f"{order}I", data, at + offset + 16, 0x020002)
    return bytes(data)


MOTION = {
    "JPEG with a video behind it": lambda: make.lying(6) + film(),
    "JPEG, as Samsung's": lambda: photo("JPEG") + b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data" + film() + b"SEFT",
    "JPEG with a gain map and a video": lambda: make.gain_map() + film(ending="mov"),
    "HEIC": lambda: photo("HEIF") + boxed(b"mpvd", film()),
    "AVIF": lambda: photo("AVIF") + boxed(b"mpvd", film()),
}


@pytest.mark.parametrize("name", MOTION)
def test_the_video_of_a_motion_photo(name, developed):
    assert codes(developed(MOTION[name]())) == ["motion_left_out"]


def test_more_pictures_of_the_same_scene(developed):
    assert codes(developed(views())) == ["pictures_left_out"]


def test_more_pictures_of_a_heic(developed):
    assert codes(developed(several("HEIF"))) == ["pictures_left_out"]


def test_a_picture_of_all_around_is_flat(developed):
    assert codes(developed(make.jpeg_with(make.segment(0xE1, GPANO % b"")))) == ["shown_flat"]
    assert codes(developed(make.jpeg_with(make.segment(0xE1, GPANO % (WIDTHS % 700))))) == ["shown_flat"]


def test_a_video_of_all_around_is_flat(developed):
    data = film(ending="mov")
    projection = boxed(b"proj", boxed(b"prhd", bytes(16)), boxed(b"equi", bytes(20)))
    around = boxed(b"sv3d", boxed(b"svhd", bytes(5)), projection)
    assert codes(developed(_described(data, around))) == ["shown_flat"]


def _described(data, more, codec=b"avc1"):
    """With a box more in the description of its pictures, which stands behind them."""
    changed, index = bytearray(data), data.index(b"moov")
    at = data.index(codec, data.index(b"stsd")) - 4
    (size,) = struct.unpack_from(">I", data, at)
    for name in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", codec):
        place = data.index(name, index) - 4
        (length,) = struct.unpack_from(">I", data, place)
        struct.pack_into(">I", changed, place, length + len(more))
    return bytes(changed[: at + size] + more + changed[at + size :])


def eyes(bits, *more):
    """What a phone writes of the views of a spatial video: a bit for each eye's."""
    return boxed(b"vexu", boxed(b"eyes", boxed(b"stri", bytes([0, 0, 0, 0, bits]))), *more)


PACKED = boxed(b"pack", boxed(b"pkin", b"\0\0\0\0side"))
VIEWS = {
    "a second layer of H.264": (boxed(b"mvcC", bytes(10)), True),
    "two eyes": (eyes(3), True),
    "two eyes in two halves of one picture": (eyes(3, PACKED), False),
    "one eye": (eyes(1), False),
}
NONSENSE = {
    "nothing of eyes": boxed(b"vexu", boxed(b"eyes", boxed(b"stri"))),
    "a box that ends nowhere": boxed(b"vexu", b"\xff\xff\xff\xffeyes"),
    "half a box": b"\0\0",
}


def spatial():
    """Two layers of HEVC, as headsets and phones write them, the second with parameters that say nothing."""
    layer = boxed(b"lhvC", bytes([1, 0xF0, 0, 0xFC, 0xCF, 1, 0xA1, 0, 1, 0, 4]), b"\x42\x09\x01\x02")
    return _described(film(*HEVC, ending="mov"), layer + eyes(3), b"hvc1")


@pytest.mark.parametrize("name", VIEWS)
def test_a_video_for_both_eyes(name, developed):
    more, is_told = VIEWS[name]
    assert codes(developed(_described(film(ending="mov"), more))) == ["shown_for_one_eye"] * is_told


def test_a_video_with_a_layer_for_the_other_eye(developed):
    assert codes(developed(spatial())) == ["shown_for_one_eye"]


@pytest.mark.parametrize("name", NONSENSE)
def test_a_second_view_that_makes_no_sense_is_none(name):
    """ffmpeg refuses such a file."""
    assert not has_two_views(io.BytesIO(_described(film(ending="mov"), NONSENSE[name])), 0)


def test_subtitles(developed):
    assert codes(developed(with_input(WORDS, "-map", "0", "-map", "1", "-c:s", "mov_text"))) == ["subtitles_left_out"]


def noted(tag):
    """A track of a camera's own beside the video."""
    data = with_input(WORDS, "-map", "0", "-map", "1", "-c:s", "mov_text")
    return data.replace(b"tx3g", tag).replace(b"sbtl", b"meta")


MISSED_BY_NOBODY = {
    "chapters": lambda: with_input(CHAPTERS, "-map", "0", "-map_chapters", "1"),
    "a time code": lambda: with_input(CHAPTERS, "-map", "0", "-timecode", "01:00:00:00", ending="mov"),
    "previews and a gain map": make.gain_map,
    "a JPEG's previews": make.several_pictures,
    "a HEIC's alpha": lambda: make.see_through("HEIF"),
    "a HEIC's tiles": make.grid,
    "a HEIC's thumbnail": lambda: encoded(painted(640, 480), "HEIF", thumbnails=[128]),
    "a part of a panorama": lambda: make.jpeg_with(make.segment(0xE1, GPANO % (WIDTHS % 350))),
    "the words of a motion photo alone": lambda: make.jpeg_with(make.segment(0xE1, b'GCamera:MotionPhoto="1" ftyp')),
    "a HEIC's tiles, turned": lambda: make.grid(heifs.turned(1)),
    "a portrait's depth, gain map and mask": lambda: heifs.portrait(painted(128, 256)),
    "what a camera notes beside the frames": lambda: noted(b"gpmd"),
}


@pytest.mark.parametrize("name", MISSED_BY_NOBODY)
def test_nobody_misses(name, developed):
    assert codes(developed(MISSED_BY_NOBODY[name]())) == []
