"""What an edit list cuts away is not shown, and what it delays comes late: as players do it."""

import io
import struct
import subprocess
import tempfile
from pathlib import Path

import pytest

from media.formats.edit_lists import to_one_speed
from media.processing import ffmpeg
from media.tests.support.films import H264, frames
from media.tests.support.photographs import downloaded, near
from media.tests.support.sounds import loudness, samples

pytestmark = pytest.mark.django_db
RED, BLUE = (254, 0, 0), (0, 0, 254)
FLASH_AT = 1.0  # seconds


@pytest.fixture
def shown(developed, client_for):
    def show(data):
        media = developed(data)
        assert media["state"] == "ready", media
        return media, downloaded(client_for(None), media["url"])

    return show


def made(*options: str, source: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "film.mp4")
        command = [ffmpeg.program(), "-v", "error", "-y", "-filter_complex", source, *options, str(target)]
        subprocess.run(command, check=True, timeout=60)
        return target.read_bytes()


def red_then_blue() -> bytes:
    """A second of each, in one group of pictures: nothing can be cut without decoding what was cut away."""
    source = "color=red:s=64x48:d=1:r=10[a];color=blue:s=64x48:d=1:r=10[b];[a][b]concat"
    return made(*H264, "-g", "100", "-bf", "0", "-fflags", "+bitexact", source=source)


def flash_and_beep() -> bytes:
    """Black and silent, then at one second white and loud."""
    picture = f"color=black:s=64x48:d={FLASH_AT}:r=20[a];color=white:s=64x48:d=1:r=20[b];[a][b]concat"
    sound = f"anullsrc=r=48000:d={FLASH_AT}[c];sine=f=440:r=48000:d=1,volume=12dB[d];[c][d]concat=v=0:a=1"
    return made(*H264, "-g", "100", "-bf", "0", "-c:a", "aac", source=f"{picture};{sound}")


def edited(data: bytes, track: int, *edits: tuple[int, int] | tuple[int, int, float], version: int = 0) -> bytes:
    """With a track's edit list replaced: duration in ms, start in units of the track (-1 is a delay), and speed."""
    at = -1
    for _ in range(track + 1):
        at = data.index(b"elst", at + 1)
    (size,) = struct.unpack_from(">I", data, at - 4)
    (units,) = struct.unpack_from(">I", data, data.index(b"mvhd") + 16)
    shape = ">Qqi" if version else ">Iii"
    rows = [
        struct.pack(shape, milliseconds * units // 1000, start, round((*speed, 1)[0] * (1 << 16)))
        for milliseconds, start, *speed in edits
    ]
    body = struct.pack(">BxxxI", version, len(edits)) + b"".join(rows)
    for name in (b"edts", b"trak", b"moov"):
        data = _grown(data, data.rindex(name, 0, at) - 4, len(body) + 8 - size)
    return data[: at - 4] + struct.pack(">I", len(body) + 8) + b"elst" + body + data[at - 4 + size :]


def _grown(data: bytes, place: int, by: int) -> bytes:
    (size,) = struct.unpack_from(">I", data, place)
    return data[:place] + struct.pack(">I", size + by) + data[place + 4 :]


def scale(data: bytes, track: int) -> int:
    at = -1
    for _ in range(track + 1):
        at = data.index(b"mdhd", at + 1)
    (units,) = struct.unpack_from(">I", data, at + 16)
    return int(units)


def colors(data: bytes) -> list[tuple[int, ...]]:
    return [image.convert("RGB").getpixel((20, 20)) for image in frames(data)]


def seen_at(data: bytes, rate: int) -> float:
    """Seconds until the flash."""
    return next(n for n, color in enumerate(colors(data)) if color[0] > 128) / rate


def heard_at(data: bytes) -> float:
    """Seconds until the beep."""
    sound = samples(data)
    return next(at for at in range(0, len(sound), 480) if loudness(sound[at : at + 480]) > 0.05) / 48000


def test_what_was_cut_away_at_the_beginning_is_not_shown(shown):
    original = red_then_blue()
    media, data = shown(edited(original, 0, (1000, scale(original, 0))))
    found = colors(data)
    assert all(near(color, BLUE, 8) for color in found), found
    assert (len(found), media["duration"]) == (10, pytest.approx(1.0, abs=0.1))


def test_what_was_cut_away_at_the_end_is_not_shown(shown):
    original = red_then_blue()
    media, data = shown(edited(original, 0, (1000, 0)))
    found = colors(data)
    assert all(near(color, RED, 8) for color in found), found
    assert media["duration"] == pytest.approx(1.0, abs=0.15)


def test_two_parts_in_another_order(shown):
    original = red_then_blue()
    media, data = shown(edited(original, 0, (1000, scale(original, 0)), (1000, 0)))
    found = colors(data)
    assert near(found[2], BLUE, 8)
    assert near(found[-3], RED, 8)
    assert media["duration"] == pytest.approx(2.0, abs=0.15)


def test_nothing_is_edited(shown):
    _, data = shown(flash_and_beep())
    assert seen_at(data, 20) == pytest.approx(FLASH_AT, abs=0.06)
    assert heard_at(data) == pytest.approx(FLASH_AT, abs=0.06)


def test_sound_that_is_delayed_comes_late(shown):
    original = flash_and_beep()
    _, data = shown(edited(original, 1, (500, -1), (2000, 1024)))
    assert seen_at(data, 20) == pytest.approx(FLASH_AT, abs=0.06)
    assert heard_at(data) == pytest.approx(FLASH_AT + 0.5, abs=0.06)


def test_pictures_that_are_delayed_come_late(shown):
    original = flash_and_beep()
    _, data = shown(edited(original, 0, (500, -1), (2000, 0)))
    assert seen_at(data, 20) == pytest.approx(FLASH_AT + 0.5, abs=0.06)
    assert heard_at(data) == pytest.approx(FLASH_AT, abs=0.06)


def test_both_are_cut_together(shown):
    original = flash_and_beep()
    cut = edited(original, 0, (1500, scale(original, 0) // 2))
    _, data = shown(edited(cut, 1, (1500, 24000)))
    assert seen_at(data, 20) == pytest.approx(FLASH_AT - 0.5, abs=0.06)
    assert heard_at(data) == pytest.approx(FLASH_AT - 0.5, abs=0.06)


def red_green_blue() -> bytes:
    """A second of each."""
    colors = "color=red:s=64x48:d=1:r=10[a];color=lime:s=64x48:d=1:r=10[b];color=blue:s=64x48:d=1:r=10[c]"
    return made(*H264, "-g", "100", "-bf", "0", "-fflags", "+bitexact", source=f"{colors};[a][b][c]concat=n=3")


def initials(data: bytes) -> str:
    """The color of each picture."""
    return "".join("rgb"[max(range(3), key=color.__getitem__)] for color in colors(data))


AT_ONE_SPEED = {
    "slow in the middle": ([(1000, 0), (2000, 1, 0.5), (1000, 2)], 0, "rrrrrrrrrrggggggggggbbbbbbbbbb"),
    "slow in the middle, of 64 bits": ([(1000, 0), (2000, 1, 0.5), (1000, 2)], 1, "rrrrrrrrrrggggggggggbbbbbbbbbb"),
    "slow": ([(6000, 0, 0.5)], 0, "rrrrrrrrrrggggggggggbbbbbbbbbb"),
    "fast": ([(1500, 0, 2)], 0, "rrrrrrrrrrggggggggggbbbbbbbbbb"),
    "one picture held": ([(1000, 0), (2000, 1, 0), (1000, 2)], 0, "rrrrrrrrrrgbbbbbbbbbb"),
}
AT_ITS_SPEED = {
    "three parts, one after another": ([(1000, 2), (500, 0), (1000, 1)], "bbbbbbbbbbrrrrrgggggggggg"),
    "nothing in between": ([(1000, 0), (1000, -1), (1000, 2)], "rrrrrrrrrrrrrrrrrrrrbbbbbbbbbb"),
    "the same twice": ([(1000, 0), (1000, 0)], "rrrrrrrrrrrrrrrrrrrr"),
    "no speed written at all": ([(3000, 0, 0)], "rrrrrrrrrrggggggggggbbbbbbbbbb"),
}


def parts(data: bytes, edits: list[tuple[int, ...]], version: int = 0) -> bytes:
    """Edited, by starts in seconds."""
    units = scale(data, 0)
    rows = [(lasts, begins * units if begins > 0 else begins, *speed) for lasts, begins, *speed in edits]
    return edited(data, 0, *rows, version=version)


@pytest.mark.parametrize("name", AT_ONE_SPEED)
def test_what_is_slowed_down_or_held_is_shown_once_at_one_speed(name, shown):
    edits, version, expected = AT_ONE_SPEED[name]
    media, data = shown(parts(red_green_blue(), edits, version))
    assert initials(data) == expected
    assert [notice["code"] for notice in media["notices"]] == ["shown_at_one_speed"]


@pytest.mark.parametrize("name", AT_ITS_SPEED)
def test_parts_at_their_own_speed(name, shown):
    edits, expected = AT_ITS_SPEED[name]
    media, data = shown(parts(red_green_blue(), edits))
    assert initials(data) == expected
    assert media["notices"] == []


def test_sound_stays_with_slowed_pictures(shown):
    original = flash_and_beep()
    slow = edited(original, 0, (2000, 0, 0.5), (1000, scale(original, 0)))
    _, data = shown(edited(slow, 1, (2000, 0, 0.5), (1000, 48000)))
    assert seen_at(data, 20) == pytest.approx(FLASH_AT, abs=0.06)
    assert heard_at(data) == pytest.approx(FLASH_AT, abs=0.06)


@pytest.mark.parametrize("end", [4, 8, 11, 12, 19])
def test_a_list_that_ends_early_is_left_as_it_is(end):
    data = parts(red_green_blue(), [(2000, 0, 0.5), (1000, 2)])
    at = data.index(b"elst")
    assert len(to_one_speed(io.BytesIO(data))) == 2
    behind_many = struct.pack(">I4s", 8, b"free") * 100 + data
    assert len(to_one_speed(io.BytesIO(behind_many))) == 2
    cut = data[: at - 4] + struct.pack(">I", end + 4) + data[at : at + end]
    for name in (b"edts", b"trak", b"moov"):
        place = cut.rindex(name) - 4
        cut = cut[:place] + struct.pack(">I", len(cut) - place) + cut[place + 4 :]
    assert to_one_speed(io.BytesIO(cut)) == []


def test_lists_without_end_are_not_read():
    """A track has one list; what is behind the first is nobody's, and there might be gigabytes of changes in it."""
    rows = struct.pack(">II", 0, 1000) + struct.pack(">Iii", 1000, 0, 1 << 15) * 1000
    data = rows
    for name, times in ((b"elst", 30), (b"edts", 30), (b"trak", 100), (b"moov", 2)):
        data = (struct.pack(">I4s", len(data) + 8, name) + data) * (times if name != b"trak" else 1)
    assert len(to_one_speed(io.BytesIO(data))) == 2 * 1000
