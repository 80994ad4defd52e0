"""What ffprobe says of a video is read into numbers, and its decoders are as few as ffmpeg's."""

import json
import subprocess
import tempfile
from fractions import Fraction
from pathlib import Path

import pytest

from media.processing import ffmpeg, probing, video
from media.processing.probing import AudioStream, Probed, VideoStream
from media.tests.support.films import H264, HEVC, film

TWO_SOUNDS = ("-f", "lavfi", "-i", "sine=r=48000", "-f", "lavfi", "-i", "anullsrc=cl=stereo:r=44100")


def probed(data: bytes, content_type: str = "video/mp4") -> Probed:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        return video._probe(file, content_type)


def first(data: bytes, content_type: str = "video/mp4") -> VideoStream:
    stream = probed(data, content_type).first_video()
    assert stream is not None
    return stream


def first_audio(result: Probed) -> AudioStream | None:
    return next((stream for stream in result.streams if isinstance(stream, AudioStream)), None)


def remade(data: bytes, *options: str, inputs: tuple[str, ...] = (), ending: str = "mov") -> bytes:
    """The same film through ffmpeg once more."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, f"a.{ending}"), Path(folder, f"b.{ending}")
        source.write_bytes(data)
        command = [ffmpeg.program(), "-v", "error", "-i", str(source), *inputs, *options, "-t", "1.2", str(target)]
        subprocess.run(command, check=True, timeout=60)
        return target.read_bytes()


def test_a_plain_film():
    result = probed(film(sound=True))
    pictures, sound = result.first_video(), first_audio(result)

    assert result.seconds == pytest.approx(1.2, abs=0.1)
    assert isinstance(pictures, VideoStream)
    assert (pictures.number, pictures.codec, pictures.pixel_format) == (0, "h264", "yuv420p")
    assert (pictures.width, pictures.height, pictures.sample_aspect, pictures.rotation) == (160, 90, 1, 0)
    assert (pictures.frame_rate, pictures.is_default, pictures.is_cover) == (10, True, False)
    assert pictures.profile == "Constrained Baseline"
    assert pictures.duration_seconds == pytest.approx(1.2, abs=0.05)
    assert (pictures.field_order, pictures.is_interlaced, pictures.hdr_transfer) == ("progressive", False, None)
    assert isinstance(sound, AudioStream)
    assert (sound.number, sound.codec, sound.channels, sound.sample_rate) == (1, "aac", 1, 48000)


def test_colors():
    named = "setparams=color_primaries=bt2020:colorspace=bt2020nc:color_trc=arib-std-b67:range=tv"
    stream = first(film(*HEVC, "-vf", f"format=yuv420p10le,{named}", ending="mov"), "video/quicktime")

    assert (stream.color_primaries, stream.color_transfer) == ("bt2020", "arib-std-b67")
    assert (stream.color_matrix, stream.color_range, stream.pixel_format) == ("bt2020nc", "tv", "yuv420p10le")
    assert stream.hdr_transfer == "arib-std-b67"


def test_shape_of_pixels_and_turn():
    stream = first(film(*H264, "-vf", "setsar=4/3", turn=90))

    assert (stream.width, stream.height) == (160, 90)
    assert (stream.sample_aspect, stream.rotation) == (Fraction(4, 3), 90)
    assert stream.upright_size == (90, 213)


def test_interlaced():
    stream = first(
        film(*H264, "-flags", "+ildct+ilme", "-x264opts", "tff=1", "-vf", "setfield=tff", rate=50, size=(160, 96))
    )
    assert stream.is_interlaced


def test_a_late_start_by_the_edit_list():
    late = remade(
        film(sound=True), "-map", "0:v", "-map", "1:a", "-c", "copy", inputs=("-itsoffset", "0.5", *TWO_SOUNDS[:4])
    )
    result = probed(late, "video/quicktime")
    sound = first_audio(result)
    assert sound is not None
    assert sound.start_seconds == pytest.approx(0.5, abs=0.05)


def test_every_sound_is_listed_in_its_order():
    """The first may be one that is not taken: naming it must not cost the picture."""
    mapped = ("-map", "0:v", "-map", "1:a", "-map", "2:a", "-c:v", "copy", "-c:a:0", "ac3", "-c:a:1", "aac")
    result = probed(remade(film(ending="mov"), *mapped, inputs=TWO_SOUNDS), "video/quicktime")

    sounds = [stream for stream in result.streams if isinstance(stream, AudioStream)]
    assert [(s.codec, s.channels, s.sample_rate) for s in sounds] == [("ac3", 1, 48000), ("aac", 2, 44100)]
    assert [s.is_default for s in sounds] == [True, False]


def test_a_subtitle_is_a_stream_and_no_reason_to_refuse():
    with tempfile.NamedTemporaryFile(suffix=".srt") as file:
        file.write(b"1\n00:00:00,000 --> 00:00:01,000\nhello\n")
        file.flush()
        data = remade(film(ending="mov"), "-c", "copy", "-c:s", "mov_text", inputs=("-i", file.name))
    result = probed(data, "video/quicktime")

    assert [stream.codec for stream in result.streams] == ["h264", "mov_text"]
    assert result.first_video() is not None


def test_a_decoder_outside_the_list_is_never_opened():
    (video,) = probed(remade(film(ending="mov"), "-c:v", "qtrle"), "video/quicktime").streams
    assert (video.codec, video.profile) == ("", "")


def test_a_stream_outside_the_list_hides_no_other():
    data = remade(film(ending="mov"), "-map", "0", "-map", "0", "-c:v:0", "qtrle", "-c:v:1", "libx264")
    assert [stream.codec for stream in probed(data, "video/quicktime").streams] == ["", "h264"]


def test_it_is_confined():
    """The program that is run in ffprobe's place gets at no other file."""
    with tempfile.TemporaryFile() as file:
        arguments = ["-v", "error", "-f", "data", "-show_format", "-i", "file:/etc/passwd"]
        status, text, _ = ffmpeg.probe(arguments, file, cpu_seconds=20)
    assert status != 0
    assert "Permission denied" in text or "Operation not permitted" in text


MALFORMED = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"{}",
    b'{"streams": [1]}',
    b'{"streams": [{}]}',
    b'{"streams": [{"index": "x"}]}',
    b'{"streams": [], "format": []}',
    b'{"streams": [], "format": {"duration": "x"}}',
]


@pytest.mark.parametrize("output", MALFORMED)
def test_anything_else_is_a_value_error(output):
    with pytest.raises(ValueError):
        probing.read(output)


def test_what_is_not_known_is_empty():
    fields = {"index": 0, "codec_type": "video", "width": -1, "sample_aspect_ratio": "0:1", "avg_frame_rate": "0/0"}
    result = probing.read(json.dumps({"streams": [fields]}).encode())
    (stream,) = result.streams

    assert isinstance(stream, VideoStream)
    assert (stream.codec, stream.width, stream.height, stream.sample_aspect) == ("", 0, 0, 1)
    assert (stream.frame_rate, stream.start_seconds, stream.rotation) == (None, None, 0)
    assert result.seconds is None
