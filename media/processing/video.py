"""Renditions of an original video: an MP4 that plays everywhere, and a poster.

ffprobe reads the file first; which decoders, durations and outputs are allowed is decided here. Only pictures and sound
of the file reach the result.
"""

import logging
import mmap
import tempfile
from collections.abc import Callable
from typing import IO

from django.conf import settings

from media.formats import gif, isobmff, webm
from media.formats.errors import CorruptFile
from media.processing import ffmpeg, photo_process, probing, sandbox, sound
from media.processing.decoders import DECODERS, DEMUXERS, PROBED_DECODERS, VIDEO_CODECS
from media.processing.photo_process import ProcessingError
from media.processing.photos import Picture, Processed
from media.processing.probing import AudioStream, Probed, VideoStream

logger = logging.getLogger(__name__)
Report = Callable[[float | None], None]
SHORT_SIDE = 720
MAX_FRAMES_A_SECOND = 60
PROBE_SECONDS = 30  # of CPU time
POSTER_AT = (1, 0)  # seconds; the second where there is no first
_FIT = f"min(1\\,{SHORT_SIDE}/min(iw*sar\\,ih))/2"  # never larger than it is; half, because sides must be even
_SCALE = f"scale=w=2*max(1\\,floor(iw*sar*{_FIT}+0.01)):h=2*max(1\\,floor(ih*{_FIT}+0.01)),setsar=1"
_TO_SDR = (
    "zscale=tin={curve}:min=bt2020nc:pin=bt2020:rin=tv:t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,"
    "tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709:p=bt709:r=tv"
)
_H264 = (
    "-c:v libx264 -preset veryfast -crf 23 -maxrate 4M -bufsize 8M -profile:v high -a53cc 0 -g 120 -threads 2 "
    f"-fps_mode cfr -fpsmax {MAX_FRAMES_A_SECOND}"
).split()
_QUIET = ("-loglevel", "error", "-max_error_rate", "0.1")
_NOTHING_ELSE = ["-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1"]


def make_renditions(file: IO[bytes], content_type: str, report: Report) -> Processed:
    """Makes the renditions of the video in a real file, in confined processes.

    Raises `ProcessingError`, which is final, and `sandbox.Crashed` and `sandbox.Interrupted`, which are not.
    `report` is called every few seconds with the share that is done, 0 to 1 (None while unknown).
    """
    try:
        return _make_photo(file, content_type, report)
    except sandbox.TookTooLong:
        raise ProcessingError("took_too_long") from None
    except CorruptFile:
        raise ProcessingError("damaged_file") from None


def _make_photo(file: IO[bytes], content_type: str, report: Report) -> Processed:
    _check_whole(file, content_type)
    probed = _probe(file, content_type, report)
    video = _checked(probed)
    with tempfile.TemporaryFile() as target:
        audio = _transcode(file, content_type, probed, video, target, report)
        movie = _measured(target, probed, video, audio)
        poster = _poster(target, report)
        data = mmap.mmap(target.fileno(), 0, access=mmap.ACCESS_READ)  # bytes, but on the disk
    name = f"v{min(movie.width, movie.height)}.mp4"
    pictures = [Picture(name, "video/mp4", movie.width, movie.height, data), *map(_of_poster, poster.pictures)]
    notices = ("sound_left_out",) if probed.has_audio() and audio is None else ()
    return Processed(*video.upright_size, poster.blurhash, pictures, movie.seconds, notices)


def _check_whole(file: IO[bytes], content_type: str) -> None:
    """Refuses a truncated file: ffmpeg would make a shorter video of it without an error."""
    if DEMUXERS[content_type] == "mov":
        isobmff.check_whole(file)
    if DEMUXERS[content_type] == "matroska":
        webm.check_whole(file)
    if DEMUXERS[content_type] == "gif":
        gif.check_whole(file)


def _input(content_type: str, decoders: str, *options: str) -> list[str]:
    """The arguments that read the input: one demuxer, these decoders, no address but the open file's."""
    return [
        *("-f", DEMUXERS[content_type], "-protocol_whitelist", "file,pipe", "-codec_whitelist", decoders),
        *("-threads", "2", *options, "-i", ffmpeg.INPUT),
    ]


def _read(content_type: str, *options: str) -> list[str]:
    """The arguments with which ffmpeg begins."""
    max_pixels = str(settings.VIDEO_MAX_SIDE**2)
    return [
        *("-nostdin", "-hide_banner", "-nostats", "-y"),
        *_input(content_type, DECODERS, "-max_pixels", max_pixels, *options),
    ]


def _probe(file: IO[bytes], content_type: str, report: Report = lambda _: None) -> Probed:
    arguments = ["-v", "warning", "-of", "json=c=1", "-show_entries", probing.ENTRIES]
    arguments += _input(content_type, PROBED_DECODERS)
    status, text, output = ffmpeg.probe(arguments, file, cpu_seconds=PROBE_SECONDS, tick=lambda _: report(None))
    if "Could not open codec" in text:  # ffprobe gives up at a decoder outside the list
        raise ProcessingError("unsupported_codec")
    try:
        return probing.read(output)
    except ValueError:
        logger.info("a video could not be probed: status %s, %s", status, text[-500:])
        raise ProcessingError("damaged_file") from None


def _checked(probed: Probed) -> VideoStream:
    """The video stream, if it is within the limits. Raises `ProcessingError`."""
    video = probed.first_video()
    if video is None:
        raise ProcessingError("no_video" if probed.streams else "damaged_file")
    if video.codec not in VIDEO_CODECS:
        raise ProcessingError("unsupported_codec")
    if max(video.width, video.height) > settings.VIDEO_MAX_SIDE:
        raise ProcessingError("too_many_pixels")
    if not min(video.width, video.height):
        raise ProcessingError("damaged_file")
    if (probed.seconds or 0) > settings.VIDEO_MAX_SECONDS:
        raise ProcessingError("too_long")
    return video


def _filters(video: VideoStream) -> str:
    curve = video.hdr_transfer
    to_sdr = [_TO_SDR.format(curve=curve)] if curve and ffmpeg.has_filter("zscale") else []
    return ",".join([_SCALE, *to_sdr, "format=yuv420p", "sidedata=mode=delete"])


def _transcode(
    file: IO[bytes], content_type: str, probed: Probed, video: VideoStream, target: IO[bytes], report: Report
) -> AudioStream | None:
    """Writes the MP4 with the first sound that can be read; says which that was. Raises `ProcessingError`.

    The sound is looked at by itself only when the whole failed: nearly always the first is good.
    """
    waiting = sound.candidates(probed)
    audio = waiting.pop(0) if waiting else None
    while not _wrote(file, content_type, probed, video, audio, target, report):
        if audio is None or _is_readable(file, content_type, audio, report):
            raise ProcessingError("damaged_file")  # its pictures, that is
        audio = next((one for one in waiting if _is_readable(file, content_type, one, report)), None)
        waiting = []
        target.seek(0)
        target.truncate()
    return audio


def _is_readable(file: IO[bytes], content_type: str, audio: AudioStream, report: Report) -> bool:
    """Whether the sound by itself can be decoded to its end."""
    arguments = [*_QUIET, *_read(content_type), *sound.decoding(audio), "-vn", "-f", "null", "-"]
    status, _ = ffmpeg.run(arguments, file, None, cpu_seconds=sound.CPU_SECONDS, tick=lambda _: report(None))
    return status == 0


def _wrote(
    file: IO[bytes],
    content_type: str,
    probed: Probed,
    video: VideoStream,
    audio: AudioStream | None,
    target: IO[bytes],
    report: Report,
) -> bool:
    most = settings.VIDEO_MAX_SECONDS + 1  # a bound that does not rely on the header
    arguments = [
        *(*_QUIET, "-filter_threads", "1", "-progress", "pipe:2"),
        *_read(content_type, "-t", str(most)),
        *("-map", f"0:{video.number}", "-vf", _filters(video), *_H264, *sound.encoding(audio), *_NOTHING_ELSE),
        *("-movflags", "+faststart", "-f", "mp4", ffmpeg.OUTPUT),
    ]
    whole = probed.seconds

    def tick(done: float | None) -> None:
        report(min(done / whole, 1.0) if done is not None and whole else None)

    status, text = ffmpeg.run(
        arguments,
        file,
        target,
        cpu_seconds=settings.VIDEO_CPU_SECONDS,
        wall_seconds=settings.VIDEO_WALL_SECONDS,
        tick=tick,
    )
    if status:
        logger.info("a video could not be read: %s", text[-500:])
    return status == 0


def _measured(target: IO[bytes], probed: Probed, video: VideoStream, audio: AudioStream | None) -> isobmff.Movie:
    """The header of the result, if its size and duration are plausible. Raises `ProcessingError`."""
    movie = isobmff.read_movie(target)
    if movie.seconds > settings.VIDEO_MAX_SECONDS:
        raise ProcessingError("too_long")
    if not (movie.width and movie.height) or _is_cut(movie, probed, video, audio):
        raise ProcessingError("damaged_file")
    return movie


def _is_cut(movie: isobmff.Movie, probed: Probed, video: VideoStream, audio: AudioStream | None) -> bool:
    """Whether much less came out than was declared. Sound that outlasts the picture, or is left out, does not count."""
    if video.duration_seconds is not None:
        return movie.picture_seconds < video.duration_seconds * 0.8 - 0.5
    is_all = audio is not None or not probed.has_audio()
    return is_all and movie.seconds < (probed.seconds or 0) * 0.8 - 0.5


def _poster(movie: IO[bytes], report: Report) -> Processed:
    """The poster's renditions, made by the imaging pipeline from one frame of the MP4."""
    for at in POSTER_AT:
        with tempfile.TemporaryFile() as frame:
            arguments = [
                *_read("video/mp4", "-loglevel", "error", "-ss", str(at)),
                *("-map", "0:v:0", "-frames:v", "1", "-c:v", "png", "-f", "image2pipe", ffmpeg.OUTPUT),
            ]
            ffmpeg.run(arguments, movie, frame, cpu_seconds=PROBE_SECONDS, tick=lambda _: report(None))
            if frame.seek(0, 2):
                most_pixels = settings.PHOTO_MAX_PIXELS
                return photo_process.make_renditions(frame, "image/png", most_pixels, lambda: report(None))
    raise ProcessingError("damaged_file")


def _of_poster(picture: Picture) -> Picture:
    return picture._replace(name=f"poster{picture.name.removeprefix('w')}")
