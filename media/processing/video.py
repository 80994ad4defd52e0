"""Renditions of an original video: an MP4 that plays everywhere, and a poster.

ffprobe reads the file first; which decoders, durations and outputs are allowed is decided here. Only pictures and sound
of the file reach the result.
"""

import logging
import mmap
import re
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from typing import IO

from django.conf import settings

from media.formats import edit_lists, gif, isobmff, stereo, webm
from media.formats.edit_lists import Change
from media.formats.errors import CorruptFile
from media.processing import ffmpeg, photo_process, probing, sandbox
from media.processing.decoders import DEMUXERS, PROBED_DECODERS, VIDEO_CODECS
from media.processing.photo_process import ProcessingError
from media.processing.photos import Picture, Processed
from media.processing.probing import Probed, VideoStream
from media.processing.transcoding import Report, Transcoding, input_options, reading

logger = logging.getLogger(__name__)
MAX_LOST_SECONDS = 0.5  # at the end of a file that was cut: more is damage
PROBE_SECONDS = 30  # of CPU time
MAX_HIDDEN = 8  # streams of one file
POSTER_AT = (1, 0)  # seconds; the second where there is no first
_REFUSED_STREAM = re.compile(r"Could not open codec for input stream (\d+)")
_ALPHA = b"auxv"  # what such a track is called
_WITH_ALPHA_TRACK = ("image/avif", "image/heic", "image/heif")
_HIDDEN = b"xxx"  # in no name of a box or codec
_OF_SRGB = "setparams=color_primaries=bt709:color_trc=iec61966-2-1"  # what the poster's numbers are shown as


def make_renditions(file: IO[bytes], content_type: str, report: Report) -> Processed:
    """Makes the renditions of the video in a real file, in confined processes.

    Raises `ProcessingError`, which is final, and `sandbox.Crashed` and `sandbox.Interrupted`, which are not.
    `report` is called every few seconds with the share that is done, 0 to 1 (None while unknown).
    """
    changes = edit_lists.to_one_speed(file) if DEMUXERS[content_type] == "mov" else []
    try:
        if not changes:
            return _make_renditions(file, content_type, report)
        with tempfile.TemporaryFile() as changed:
            _copy(file, changed, changes)
            made = _make_renditions(changed, content_type, report)
            return made._replace(notices=(*made.notices, "shown_at_one_speed"))
    except sandbox.TookTooLong:
        raise ProcessingError("took_too_long") from None
    except CorruptFile:
        raise ProcessingError("damaged_file") from None


def _make_renditions(file: IO[bytes], content_type: str, report: Report) -> Processed:
    ends_early = _ends_early(file, content_type)
    probed = _probe(file, content_type, report)
    video = _with_alpha(_checked(probed), file, content_type)
    with tempfile.TemporaryFile() as target:
        work = Transcoding(file, content_type, probed, video, target, report)
        work.run()
        movie = _measured(work, ends_early)
        poster = _poster(target, report)
        data = mmap.mmap(target.fileno(), 0, access=mmap.ACCESS_READ)  # bytes, but on the disk
    name = f"v{min(movie.width, movie.height)}.mp4"
    pictures = [Picture(name, "video/mp4", movie.width, movie.height, data), *map(_of_poster, poster.pictures)]
    lost = {
        "cut_short": ends_early,
        "subtitles_left_out": probed.has_subtitles(),
        "shown_flat": video.is_all_around,
        "shown_for_one_eye": DEMUXERS[content_type] == "mov" and stereo.has_two_views(file, video.number),
    }
    notices = (*work.notices, *(code for code, is_so in lost.items() if is_so))
    return Processed(*video.upright_size, poster.blurhash, pictures, movie.seconds, notices, poster.hash)


def _ends_early(file: IO[bytes], content_type: str) -> bool:
    """Whether its frames end before it says, of which ffmpeg makes a shorter video without an error. Refuses a GIF
    like that: nobody can say how much of it is missing."""
    if DEMUXERS[content_type] == "mov":
        return isobmff.ends_early(file)
    if DEMUXERS[content_type] == "gif":
        gif.check_whole(file)
    return DEMUXERS[content_type] == "matroska" and webm.ends_early(file)


def _probe(file: IO[bytes], content_type: str, report: Report = lambda _: None) -> Probed:
    """What is in the file. ffprobe gives up at a stream whose decoder is outside the list, or cannot be set up: so the
    format of such a stream is hidden from it, in a copy of the file."""
    with tempfile.TemporaryFile() as copy:
        source = file
        for _ in range(MAX_HIDDEN):
            status, text, output = _run_probe(source, content_type, report)
            refused = _REFUSED_STREAM.search(text)
            if refused is None:
                return _read(status, text, output)
            if source is file:
                _copy(file, copy)
                source = copy
            if not _hide(copy, content_type, int(refused[1])):
                break
    raise ProcessingError("unsupported_codec")


def _copy(file: IO[bytes], target: IO[bytes], changes: Iterable[Change] = ()) -> None:
    file.seek(0)
    shutil.copyfileobj(file, target, 1024 * 1024)
    for change in changes:
        target.seek(change.place)
        target.write(change.data)
    target.flush()


def _run_probe(file: IO[bytes], content_type: str, report: Report) -> tuple[int, str, bytes]:
    arguments = ["-v", "warning", "-of", "json=c=1", "-show_entries", probing.ENTRIES]
    arguments += input_options(content_type, PROBED_DECODERS)
    return ffmpeg.probe(arguments, file, cpu_seconds=PROBE_SECONDS, tick=lambda _: report(None))


def _hide(file: IO[bytes], content_type: str, number: int) -> bool:
    """Makes the format of a stream one that nobody knows; False if it is not found, or was hidden already."""
    find = {"mov": isobmff.sample_description, "matroska": webm.codec_name}.get(DEMUXERS[content_type])
    place = find(file, number) if find else None
    if place is None:
        return False
    file.seek(place)
    file.write(_HIDDEN)
    file.flush()
    return True


def _read(status: int, text: str, output: bytes) -> Probed:
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
    is_large = video.width * video.height > settings.VIDEO_MAX_PIXELS
    if is_large or max(video.width, video.height) > settings.VIDEO_MAX_SIDE:
        raise ProcessingError("too_many_pixels")
    if not min(video.width, video.height):
        raise ProcessingError("damaged_file")
    if (probed.seconds or 0) > settings.VIDEO_MAX_SECONDS + settings.VIDEO_TOLERANCE_SECONDS:
        raise ProcessingError("too_long")
    return video


def _with_alpha(video: VideoStream, file: IO[bytes], content_type: str) -> VideoStream:
    """The stream with what an AVIF or HEIC says of its alpha, which is a track of its own: ffprobe does not tell."""
    kinds = isobmff.handlers(file) if content_type in _WITH_ALPHA_TRACK else []
    if _ALPHA not in kinds:
        return video
    number = kinds.index(_ALPHA)
    if number <= video.number:
        raise ProcessingError("damaged_file")
    is_premultiplied = isobmff.is_premultiplied(file, video.number)
    return replace(video, has_alpha=True, alpha_number=number, is_premultiplied=is_premultiplied)


def _measured(work: Transcoding, ends_early: bool) -> isobmff.Movie:
    """The header of the result, if its size and duration are plausible. Raises `ProcessingError`."""
    movie = isobmff.read_movie(work.target)
    if movie.seconds > settings.VIDEO_MAX_SECONDS + settings.VIDEO_TOLERANCE_SECONDS:
        raise ProcessingError("too_long")
    if not (movie.width and movie.height) or _is_cut(movie, work, ends_early):
        raise ProcessingError("damaged_file")
    return movie


def _is_cut(movie: isobmff.Movie, work: Transcoding, ends_early: bool) -> bool:
    """Whether much less came out than was declared: of a file that ends early, more than its last moments.

    Sound that outlasts the picture, or is left out, does not count.
    """
    declared = work.video.duration_seconds
    lasts = movie.seconds if declared is None else movie.picture_seconds
    if declared is None and (work.audio is not None or not work.probed.has_audio()):
        declared = work.probed.seconds
    if declared is None:
        return False
    return lasts < (declared - MAX_LOST_SECONDS if ends_early else declared * 0.8 - 0.5)


def _poster(movie: IO[bytes], report: Report) -> Processed:
    """The poster's renditions, made by the imaging pipeline from one frame of the MP4."""
    for at in POSTER_AT:
        with tempfile.TemporaryFile() as frame:
            arguments = [
                *reading("video/mp4", "-ss", str(at)),
                *("-map", "0:v:0", "-frames:v", "1", "-vf", _OF_SRGB, "-c:v", "png", "-f", "image2pipe", ffmpeg.OUTPUT),
            ]
            ffmpeg.run(arguments, movie, frame, cpu_seconds=PROBE_SECONDS, tick=lambda _: report(None))
            if frame.seek(0, 2):
                most_pixels = settings.PHOTO_MAX_PIXELS
                return photo_process.make_renditions(frame, "image/png", most_pixels, lambda: report(None))
    raise ProcessingError("damaged_file")


def _of_poster(picture: Picture) -> Picture:
    return picture._replace(name=f"poster{picture.name.removeprefix('w')}")
