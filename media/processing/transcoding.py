"""From what was sent to one MP4 that plays everywhere: the first sound that can be read, the colors of BT.709.

ffmpeg says by its status that something failed, not what. So when the whole fails it is asked for less: without the
filters that could not be set up, without the sound that cannot be read. What is left out becomes a notice.
"""

import errno
import hashlib
import logging
import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from django.conf import settings

from media.formats import isobmff
from media.processing import ffmpeg, sound, video_filters
from media.processing.decoders import DECODERS, DEMUXERS
from media.processing.photo_process import ProcessingError
from media.processing.probing import AudioStream, Probed, VideoStream

logger = logging.getLogger(__name__)
Report = Callable[[float | None], None]
MAX_FRAMES_A_SECOND = 60
_H264 = (
    *("-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-maxrate", "4M", "-bufsize", "8M"),
    *("-profile:v", "high", "-a53cc", "0", "-g", "120", "-threads", "2", "-fps_mode", "cfr"),
)
_AT_ITS_RATE = ("-fpsmax", str(MAX_FRAMES_A_SECOND))
_AT_THE_HIGHEST = ("-r", str(MAX_FRAMES_A_SECOND))
_OF_PICTURES = ("image/gif", "image/avif", "image/heic", "image/heif")
_QUIET = ("-loglevel", "error", "-max_error_rate", "0.1")
_OF_ALPHA = {"vp8": ("-c:v", "libvpx"), "vp9": ("-c:v", "libvpx-vp9")}  # ffmpeg's own leave the layer out
_NOTHING_HEARD = "no sound came out"
_NOTHING = b"MD5=" + hashlib.md5(b"", usedforsecurity=False).hexdigest().encode()  # of sound without a sample
_NOTHING_ELSE = ("-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1")
# What ffmpeg writes when a filter (or the decoder of alpha) refuses, is not there, or cannot be set up; of sound it is
# [af#.
_FILTER_FAILED = re.compile(r"^(?!.*\[af#).*(filter|Unknown decoder)", re.MULTILINE | re.IGNORECASE)


def input_options(content_type: str, decoders: str, *options: str) -> list[str]:
    """The arguments that read the input: one demuxer, these decoders, no address but the open file's."""
    return [
        *("-f", DEMUXERS[content_type], "-protocol_whitelist", "file,pipe", "-codec_whitelist", decoders),
        *("-threads", "2", "-fflags", "+discardcorrupt", *options, "-i", ffmpeg.INPUT),
    ]


def reading(content_type: str, *options: str) -> list[str]:
    """The arguments with which ffmpeg begins."""
    max_pixels = str(settings.VIDEO_MAX_PIXELS)
    return [
        *("-nostdin", "-hide_banner", "-nostats", "-y", *_QUIET),
        *input_options(content_type, DECODERS, "-max_pixels", max_pixels, *options),
    ]


def _refuse_if_out_of_memory(text: str) -> None:
    if os.strerror(errno.ENOMEM) in text:
        raise ProcessingError("too_much_memory")


@dataclass
class Transcoding:
    """A video on its way from `file` to `target`, both real files. `notices` say what did not come along."""

    file: IO[bytes]
    content_type: str
    probed: Probed
    video: VideoStream
    target: IO[bytes]
    report: Report
    audio: AudioStream | None = None
    notices: tuple[str, ...] = ()

    def run(self) -> None:
        """Writes the MP4. Raises `ProcessingError` if the pictures cannot be read, and what `ffmpeg.run` raises."""
        wanted, waiting = video_filters.chain(self.video), sound.candidates(self.probed)
        filters = wanted
        self.audio = waiting.pop(0) if waiting else None
        while (text := self._write(filters)) is not None:
            if _FILTER_FAILED.search(text) and filters != video_filters.plain_chain():
                filters = video_filters.plain_chain()
            elif self.audio is None or (text != _NOTHING_HEARD and self._is_readable(self.audio)):
                raise ProcessingError("damaged_file")  # its pictures, that is
            else:
                self.audio = next(filter(self._is_readable, waiting), None)
                filters, waiting = wanted, []
        is_plain = filters == video_filters.plain_chain()
        is_silent = self.audio is None and self.probed.has_audio()
        self.notices = ("colors_approximate",) * is_plain + ("sound_left_out",) * is_silent

    def _write(self, filters: str) -> str | None:
        """One try; what ffmpeg says if it fails. That nothing is heard is a failure that ffmpeg does not see."""
        self.target.seek(0)
        self.target.truncate()
        is_plain = not self.video.has_alpha or filters == video_filters.plain_chain()
        decoder = () if is_plain else _OF_ALPHA.get(self.video.codec, ())
        most = settings.VIDEO_MAX_SECONDS + 1  # a bound that does not rely on the header
        arguments = [
            *("-filter_threads", "1", "-progress", "pipe:2", *reading(self.content_type, "-t", str(most), *decoder)),
            *(*self._shown(filters), *_H264, *self._rate()),
            *(*sound.encoding(self.audio), *_NOTHING_ELSE),
            *("-movflags", "+faststart", "-f", "mp4", ffmpeg.OUTPUT),
        ]
        status, text = ffmpeg.run(
            arguments,
            self.file,
            self.target,
            cpu_seconds=settings.VIDEO_CPU_SECONDS,
            wall_seconds=settings.VIDEO_WALL_SECONDS,
            tick=self._tick,
        )
        if status:
            logger.info("a video could not be read: %s", text[-500:])
            _refuse_if_out_of_memory(text)
            return text
        return _NOTHING_HEARD if self.audio and not isobmff.read_movie(self.target).sound_seconds else None

    def _shown(self, filters: str) -> tuple[str, ...]:
        """The pictures, with the layer of alpha that is a stream of its own."""
        if self.video.alpha_number is None or filters == video_filters.plain_chain():
            return "-map", f"0:{self.video.number}", "-vf", filters
        return "-filter_complex", f"{video_filters.chain_of_two(self.video)}[shown]", "-map", "[shown]"

    def _rate(self) -> tuple[str, str]:
        """Frames of pictures that move last as long as they please, and ffmpeg guesses a rate at which short ones are
        lost."""
        return _AT_THE_HIGHEST if self.content_type in _OF_PICTURES else _AT_ITS_RATE

    def _tick(self, done: float | None) -> None:
        whole = self.probed.seconds
        self.report(min(done / whole, 1.0) if done is not None and whole else None)

    def _is_readable(self, audio: AudioStream) -> bool:
        """Whether the sound by itself can be decoded to its end, and is more than nothing."""
        arguments = [*reading(self.content_type), *sound.decoding(audio), "-vn", "-f", "md5", ffmpeg.OUTPUT]
        with tempfile.TemporaryFile() as target:
            status, _ = ffmpeg.run(
                arguments, self.file, target, cpu_seconds=sound.CPU_SECONDS, tick=lambda _: self.report(None)
            )
            target.seek(0)
            return status == 0 and target.read(len(_NOTHING)) != _NOTHING
