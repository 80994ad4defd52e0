"""What players play is taken, however its edges look; the original stays as it was sent."""

import struct

import pytest

from media.tests.support.films import H264, HEVC, VP9, box, film, frames
from media.tests.support.originals import original_of
from media.tests.support.photographs import downloaded, send
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db
FAST = (*H264, "-movflags", "+faststart")
GARBAGE = bytes(n * 37 % 251 for n in range(3000))


def fast() -> bytes:
    return film(*FAST, sound=True)


def without_type(data: bytes) -> bytes:
    """Without its `ftyp`, which stands first: an old QuickTime file."""
    (size,) = struct.unpack_from(">I", data)
    return _moved(data[size:], -size)


def _moved(data: bytes, by: int) -> bytes:
    """With the places of its chunks corrected, where its index stands before them."""
    changed, at = bytearray(data), -1
    while (at := data.find(b"stco", at + 1)) >= 0:
        (count,) = struct.unpack_from(">I", data, at + 8)
        for n in range(count):
            (place,) = struct.unpack_from(">I", data, at + 12 + 4 * n)
            struct.pack_into(">I", changed, at + 12 + 4 * n, place + by)
    return bytes(changed)


def behind_the_type(data: bytes, what: bytes) -> bytes:
    (size,) = struct.unpack_from(">I", data)
    return data[:size] + _moved(data[size:], len(what))


def inserted(data: bytes, what: bytes) -> bytes:
    (size,) = struct.unpack_from(">I", data)
    return data[:size] + what + _moved(data, len(what))[size:]


def branded(data: bytes, brand: bytes) -> bytes:
    """With one brand, and nothing else that it is said to be readable as."""
    (size,) = struct.unpack_from(">I", data)
    return data[:8] + brand + data[12:16] + brand * ((size - 16) // 4) + data[size:]


def declared_longer(data: bytes) -> bytes:
    """The last box says to hold a thousand bytes more than there are."""
    at = box(data, b"mdat")
    (size,) = struct.unpack_from(">I", data, at)
    return data[:at] + struct.pack(">I", size + 1000) + data[at + 4 :]


def fragments() -> bytes:
    return film(*H264, "-g", "3", "-movflags", "frag_keyframe+empty_moov", seconds=3)


def until(data: bytes, name: bytes, more: int) -> bytes:
    """To so many bytes behind where the last of this name begins."""
    return data[: data.rindex(name) + more]


SLOPPY = {
    "no type, index first": lambda: without_type(fast()),
    "no type, index last": lambda: without_type(_as_if_last(film(sound=True))),
    "no type, wide first": lambda: struct.pack(">I4s", 8, b"wide") + without_type(_moved(fast(), 8)),
    "type in second place": lambda: struct.pack(">I4s", 16, b"free") + bytes(8) + _moved(fast(), 16),
    "brand of nobody": lambda: branded(fast(), b"NOBO"),
    "3GP": lambda: branded(fast(), b"3gp5"),
    "Sony's brand": lambda: branded(fast(), b"XAVC"),
    "vendor's box behind": lambda: fast() + struct.pack(">I4s", 1008, b"SEFT") + bytes(1000),
    "garbage behind": lambda: fast() + GARBAGE,
    "a few bytes behind": lambda: fast() + b"\0\0\1",
    "zeros behind": lambda: fast() + bytes(5000),
    "garbage behind the index": lambda: film(sound=True) + GARBAGE,
    "large free box in between": lambda: inserted(fast(), struct.pack(">I4s", 5008, b"free") + bytes(5000)),
    "empty boxes in between": lambda: inserted(fast(), struct.pack(">I4s", 8, b"skip") * 50),
    "box of an unknown name": lambda: inserted(fast(), struct.pack(">I4s", 12, b"\xa9\0\0\1") + b"abcd"),
    "pictures declared longer": lambda: declared_longer(fast()),
    "webm with garbage behind": lambda: film("-c:v", "libvpx", "-deadline", "realtime", ending="webm") + GARBAGE,
}


def _as_if_last(data: bytes) -> bytes:
    (size,) = struct.unpack_from(">I", data)
    assert data.index(b"mdat") < data.index(b"moov")
    return data[:size] + _moved(data[size:], 0)


@pytest.mark.parametrize("name", SLOPPY)
def test_it_is_taken_whole(name, client_for, alice):
    data = SLOPPY[name]()
    sent = send(client_for(alice), data, "film.mp4")
    assert sent.status_code == 202, sent.content
    drain()
    media = client_for(alice).get(sent["Location"]).json()
    assert (media["kind"], media["state"]) == ("video", "ready"), media
    assert media["duration"] == pytest.approx(1.2, abs=0.15)
    assert len(frames(downloaded(client_for(None), media["url"]))) == 12
    assert original_of(client_for(alice), sent["Location"]) == data


def test_a_file_that_lacks_its_last_moments_says_so(developed):
    media = developed(fast()[:-20])
    assert media["state"] == "ready", media
    assert [notice["code"] for notice in media["notices"]] == ["cut_short"]
    assert 0.9 <= media["duration"] <= 1.25


@pytest.mark.parametrize(
    "make",
    [
        lambda: until(fragments(), b"mdat", 40),
        lambda: until(fragments(), b"moof", 60),
        lambda: until(film(*VP9, ending="webm", seconds=3), b"\x1c\x53\xbb\x6b", -60),  # in front of its index
    ],
    ids=["in the frames of a fragment", "in the index of a fragment", "webm"],
)
def test_of_a_recording_that_was_interrupted_there_is_what_was_recorded(make, developed):
    media = developed(make())
    assert media["state"] == "ready", media
    assert [notice["code"] for notice in media["notices"]] == ["cut_short"]
    assert 2.5 <= media["duration"] < 3


def test_a_film_that_is_in_other_files_is_refused(client_for, alice):
    """QuickTime's reference movies."""
    body = struct.pack(">I4s", 12, b"rmda") + bytes(4)
    moov = struct.pack(">I4sI4s", 16 + len(body), b"moov", 8 + len(body), b"rmra") + body
    answer = send(client_for(alice), moov, "film.mov")
    assert (answer.status_code, answer.json()["code"]) == (400, "damaged_file")
    assert "other files" in answer.json()["detail"]


def test_a_file_that_lacks_more_is_damaged(developed):
    data = film(*FAST, seconds=6)
    start = box(data, b"mdat")
    media = developed(data[: start + (len(data) - start) * 8 // 10])
    assert media["error"]["code"] == "damaged_file"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\0\0\0\x18ftypM4A \0\0\0\0M4A isom" + bytes(50), "no_video"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom" + bytes(50), "unsupported_format"),
        (b"\0\0\0\x14ftypNOBO\0\0\0\0NOBO" + bytes(50), "unsupported_format"),
    ],
    ids=["sound", "raw photo", "nobody's"],
)
def test_what_is_no_video_is_none_by_any_brand(data, code, client_for, alice):
    answer = send(client_for(alice), data, "film.mp4")
    assert (answer.status_code, answer.json()["code"]) == (415, code)


def test_an_old_file_without_an_index_is_damaged(client_for, alice):
    answer = send(client_for(alice), struct.pack(">I4s", 1008, b"mdat") + bytes(1000), "film.mov")
    assert (answer.status_code, answer.json()["code"]) == (400, "damaged_file")


@pytest.mark.slow
@pytest.mark.parametrize("size", [(5312, 2988), (7680, 4320), (4320, 7680)])
@pytest.mark.parametrize("codec", [H264, (*HEVC, "-pix_fmt", "yuv420p10le")], ids=["H.264", "HEVC, 10 bits"])
def test_larger_than_4k_is_scaled(size, codec, developed, client_for):
    """Within the memory that a video is given (media/processing/ffmpeg.py)."""
    media = developed(film(*codec, ending="mov", size=size, seconds=0.6))
    assert media["state"] == "ready", media
    assert (media["width"], media["height"]) == size
    shown = media["renditions"][0]
    assert min(shown["width"], shown["height"]) == 720
    assert frames(downloaded(client_for(None), media["url"]))[-1].size == (shown["width"], shown["height"])


def test_a_decoder_without_memory_says_so(developed, monkeypatch):
    monkeypatch.setattr("media.processing.ffmpeg.MEMORY_BYTES", 400 * 1024 * 1024)  # for a film of this size too little
    media = developed(film(*HEVC, ending="mov", size=(3840, 2160), seconds=0.6))
    assert media["error"]["code"] == "too_much_memory"
