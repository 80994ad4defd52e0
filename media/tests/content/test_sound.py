"""The sound of a video is heard, whatever it was recorded in; where it cannot be, the answer says so."""

import struct

import pytest

from media.tests.support.films import VP9, box, film, told
from media.tests.support.photographs import downloaded
from media.tests.support.sound_frames import evrc, ilbc, qcelp, qdm2, with_sound_of
from media.tests.support.sounds import loudness, pitch, samples, unreadable, with_sounds

pytestmark = pytest.mark.django_db
LEFT_OUT = ["sound_left_out"]
CODECS = [
    ("ac3", "mov"), ("ac3", "mp4"), ("eac3", "mp4"), ("pcm_f32le", "mov"), ("pcm_f32be", "mov"), ("pcm_f32le", "mp4"),
    ("pcm_f64le", "mov"), ("pcm_s16be", "mov"), ("pcm_s24le", "mov"), ("pcm_s32le", "mov"), ("pcm_u8", "mov"),
    ("pcm_alaw", "mov"), ("pcm_mulaw", "mov"), ("adpcm_ima_qt", "mov"), ("adpcm_ima_wav", "mov"), ("adpcm_ms", "mov"),
    ("libopencore_amrnb -ar 8000 -ac 1", "mov"), ("alac", "mov"), ("flac", "mp4"), ("mp2", "mov"),
    ("libmp3lame", "mp4"), ("libopus", "mp4"), ("dca -ac 2", "mov"), ("truehd -ac 2", "mp4"), ("aac -ac 6", "mp4"),
    ("eac3 -ac 6", "mov"), ("nellymoser -ac 1 -ar 44100", "mov"),
]  # fmt: skip


def codes(media):
    return [notice["code"] for notice in media["notices"]]


@pytest.fixture
def heard(developed, client_for):
    """`heard(data)`: the media that is made of a film, and what is heard of it."""

    def play(data):
        media = developed(data)
        assert media["state"] == "ready", media
        return media, samples(downloaded(client_for(None), media["url"]))

    return play


@pytest.mark.parametrize(("codec", "ending"), CODECS)
def test_sound_of_each_codec_is_heard(codec, ending, heard):
    media, sound = heard(with_sounds(codec, ending=ending))
    assert codes(media) == []
    assert loudness(sound) > 0.05
    assert pitch(sound) == pytest.approx(400, rel=0.05)
    assert len(sound) / 48000 == pytest.approx(1.2, abs=0.15)


def test_the_first_is_taken(heard):
    assert pitch(heard(with_sounds("aac", "aac"))[1]) == pytest.approx(400, rel=0.05)


def test_the_first_that_can_be_read_is_taken(heard):
    """As of phones that put a spatial track before the stereo one."""
    media, sound = heard(unreadable(with_sounds("aac", "aac")))
    assert codes(media) == []
    assert pitch(sound) == pytest.approx(800, rel=0.05)


def test_one_that_is_damaged_makes_room_for_the_next(heard):
    """Found out while it is decoded: its header is that of AC-3, its bytes are not."""
    data = with_sounds("ac3", "aac")
    assert data.count(b"\x0b\x77") > 20
    media, sound = heard(data.replace(b"\x0b\x77", b"\x00\x00"))
    assert codes(media) == []
    assert pitch(sound) == pytest.approx(800, rel=0.05)


def test_an_empty_one_makes_room_for_the_next(heard):
    media, sound = heard(_emptied(with_sounds("pcm_s16le", "aac")))
    assert codes(media) == []
    assert pitch(sound) == pytest.approx(800, rel=0.05)


def _emptied(data):
    """The first sound track is declared to last for no time."""
    at = data.index(b"mdhd", data.index(b"mdhd") + 4) + 4
    return data[: at + 16] + bytes(4) + data[at + 20 :]


@pytest.mark.parametrize(
    "make",
    [
        lambda: unreadable(with_sounds("aac")),
        lambda: unreadable(unreadable(with_sounds("aac", "aac", ending="mp4"))),
        lambda: with_sounds("ac3").replace(b"\x0b\x77", b"\x00\x00"),
    ],
    ids=["unknown", "both unknown", "damaged"],
)
def test_sound_that_cannot_be_read_is_left_out_and_said(make, heard, client_for):
    media, sound = heard(make())
    assert (codes(media), len(sound)) == (LEFT_OUT, 0)
    assert media["notices"][0]["detail"].endswith(".")
    assert media["duration"] == pytest.approx(1.2, abs=0.15)


@pytest.mark.parametrize("tag", [b"QDM2", b"ilbc", b"SPXN", b"ac-4"])
def test_a_decoder_that_cannot_be_set_up_is_no_reason_to_refuse_the_pictures(tag, heard):
    """A codec that is decoded where the file says how, which it does not here; and one that nobody decodes."""
    media, sound = heard(with_sounds("pcm_s16le").replace(b"sowt", tag))
    assert (codes(media), len(sound)) == (LEFT_OUT, 0)


def test_nor_is_it_in_webm(heard):
    whole = film(*VP9, "-c:a", "libvorbis", ending="webm", sound=True)
    setup = whole.index(b"A_VORBIS") + len(b"A_VORBIS")
    at = whole.index(b"\x01vorbis", setup)
    media, sound = heard(whole[:at] + b"\xff" + whole[at + 1 :])
    assert (codes(media), len(sound)) == (LEFT_OUT, 0)


def test_it_makes_room_for_the_next(heard):
    media, sound = heard(with_sounds("pcm_s16le", "aac").replace(b"sowt", b"QDM2"))
    assert codes(media) == []
    assert pitch(sound) == pytest.approx(800, rel=0.05)


def test_one_that_holds_no_sound_is_said(heard):
    """ffmpeg says nothing of a codec whose packets hold no whole frame."""
    media, sound = heard(with_sounds("pcm_s16le").replace(b"sowt", b"agsm"))
    assert (codes(media), len(sound)) == (LEFT_OUT, 0)


def test_it_makes_room_as_well(heard):
    media, sound = heard(with_sounds("pcm_s16le", "aac").replace(b"sowt", b"agsm"))
    assert (codes(media), pitch(sound)) == ([], pytest.approx(800, rel=0.05))


@pytest.mark.parametrize(("tag", "length"), [(b"MAC3", 2), (b"MAC6", 1)])
def test_what_quicktime_once_recorded_is_heard(tag, length, heard):
    """Nobody encodes these any more: the bytes are another codec's, so it is noise that is heard."""
    data = bytearray(with_sounds("adpcm_ima_qt -ac 1"))
    at = data.index(b"ima4")
    data[at : at + 4] = tag
    struct.pack_into(">3I", data, at + 32, 6, length, length)  # samples and bytes of a packet
    media, sound = heard(bytes(data))
    assert (codes(media), len(sound) / 48000) == ([], pytest.approx(1.2, abs=0.2))
    assert loudness(sound) > 0.01


FRAMES = {
    "iLBC of 20 ms": lambda: with_sound_of(ilbc(38, 20), "caf"),
    "iLBC of 30 ms": lambda: with_sound_of(ilbc(50, 30), "caf"),
    "QDM2": lambda: with_sound_of(qdm2(), "caf"),
    "EVRC": lambda: with_sound_of(evrc(), "qcp"),
    "QCELP": lambda: with_sound_of(qcelp(), "qcp"),
}


@pytest.mark.parametrize("name", FRAMES)
def test_what_is_encoded_by_no_program_here_is_heard(name, heard):
    media, sound = heard(FRAMES[name]())
    assert (codes(media), len(sound) / 48000) == ([], pytest.approx(1.2, abs=0.2))
    assert loudness(sound) > 0.01


def test_a_film_without_sound_lacks_nothing(heard):
    assert codes(heard(film())[0]) == []


def test_sound_that_outlasts_the_picture_is_no_damage(heard, client_for):
    media, sound = heard(with_sounds("aac", seconds=1.0, heard=6.0))
    assert codes(media) == []
    assert media["duration"] == pytest.approx(6.0, abs=0.2)
    assert loudness(sound[5 * 48000 :]) > 0.05


def test_nor_where_it_is_left_out(heard):
    media, _ = heard(unreadable(with_sounds("aac", seconds=1.0, heard=6.0)))
    assert codes(media) == LEFT_OUT
    assert media["duration"] == pytest.approx(1.0, abs=0.2)


def test_a_picture_that_was_cut_is_damage_however_long_the_sound(developed):
    data = with_sounds("aac", ending="mp4", seconds=4)
    at = box(data, b"stsz") + 16
    (count,) = struct.unpack_from(">I", data, at)
    whole = bytearray(data)
    whole[at + 4 + 4 * 10 : at + 4 + 4 * count] = bytes(4 * (count - 10))  # all pictures after the tenth are empty
    media = developed(bytes(whole))
    assert media["error"]["code"] == "damaged_file"


def test_sound_that_begins_late_begins_late(heard):
    late = "libmp3lame", "aac -af adelay=600"
    _, sound = heard(unreadable(with_sounds(*late, ending="mp4")))
    assert loudness(sound[: 48000 // 4]) < 0.01
    assert loudness(sound[48000 * 3 // 4 : 48000]) > 0.05


def test_the_channels_of_a_microphone_array_are_mixed(heard):
    """There is no usual arrangement of twelve."""
    media, sound = heard(with_sounds("pcm_s16le -filter pan=12c|c0=c0|c1=c0|c11=c0"))
    assert codes(media) == []
    assert loudness(sound) > 0.02


def test_sound_comes_out_as_stereo_aac(developed, client_for):
    shown = told(downloaded(client_for(None), developed(with_sounds("pcm_f32le"))["url"]))
    assert "Audio: aac" in shown
    assert "48000 Hz, stereo" in shown
