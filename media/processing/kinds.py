"""The kinds of media: what is taken, how large it may be, and who makes its renditions.

A new kind is one entry of `KINDS` and its headers in `media.formats.sniffing`.
"""

import contextlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from django.conf import settings

from api.problems import Problem
from media.formats import isobmff
from media.formats.errors import CorruptFile, EncryptedFile, NoVideo, UnsupportedFormat
from media.formats.sniffing import Sniffed, sniff
from media.processing import frames_process, photo_decoders, second_decoder, video
from media.processing.photo_process import ProcessingError
from media.processing.photos import Processed

Report = Callable[[float | None], None]  # the share that is done, 0 to 1, now and then
Make = Callable[[IO[bytes], str, Report], Processed]
FRAMES_A_SECOND = 30
_SEQUENCES = ("image/heic", "image/heif")  # of which pillow-heif knows no frames
PIXELS_A_BYTE = 50  # a phone's 1080p at 10 Mbit/s; where the header says nothing of length
FULL_HD_SECOND = 1920 * 1080 * FRAMES_A_SECOND


@dataclass(frozen=True)
class Kind:
    """One kind: its content types with the ending of a downloaded file, its limits, its maker, and the event that
    says that one of it was received.

    Work is estimated in pixels to decode. A person's works above `large_cost` are done one at a time;
    `cost_per_second` is a person's fair share of the workers while others wait.
    """

    name: str
    endings: dict[str, str]
    most_bytes: Callable[[], int]
    most_pixels: Callable[[], int]
    make: Make
    received: str
    large_cost: int
    cost_per_second: int

    def most_pixels_of(self, content_type: str) -> int:
        """The pixels of one file: more where it can be decoded at a reduced size."""
        return settings.PHOTO_MAX_JPEG_PIXELS if content_type == "image/jpeg" else self.most_pixels()

    def cost_of(self, found: Sniffed, size: int) -> int:
        """The work that one of `size` bytes will be, as far as its header tells."""
        if self.name == "photo":
            return max(found.width * found.height, size)
        return max(int(found.width * found.height * found.seconds * FRAMES_A_SECOND), size * PIXELS_A_BYTE)


def _make_photo(file: IO[bytes], content_type: str, report: Report) -> Processed:
    return photo_decoders.make_renditions(file, content_type, PHOTO.most_pixels_of(content_type), lambda: report(None))


def _make_video(file: IO[bytes], content_type: str, report: Report) -> Processed:
    """A picture that moves, other than a GIF, goes through its frames; the verdict on it is its own decoder's."""
    if content_type in _SEQUENCES:
        return _make_sequence(file, content_type, report)
    if content_type == "image/avif" and isobmff.has_sound(file):  # which its own decoder leaves out
        with contextlib.suppress(ProcessingError):
            return _make_sequence(file, content_type, report)
    if content_type not in frames_process.CONTENT_TYPES:
        return video.make_renditions(file, content_type, report)
    try:
        return _make_moving(file, content_type, report)
    except ProcessingError as error:
        if error.code != "damaged_file" or content_type not in second_decoder.CONTENT_TYPES:
            raise
        refusal = error
    with contextlib.suppress(ProcessingError):
        if second_decoder.is_whole(file):
            return _make_sequence(file, content_type, report)
    raise refusal


def _make_sequence(file: IO[bytes], content_type: str, report: Report) -> Processed:
    """The frames of an AVIF or HEIC, which are to ffmpeg a video."""
    with tempfile.TemporaryFile() as frames:
        second_decoder.copy_frames(file, frames)
        return video.make_renditions(frames, content_type, report)


def _make_moving(file: IO[bytes], content_type: str, report: Report) -> Processed:
    with tempfile.TemporaryFile() as frames:
        frames_process.write_frames(
            file,
            content_type,
            frames,
            most_pixels=settings.PHOTO_MAX_PIXELS,
            most_seconds=settings.VIDEO_MAX_SECONDS + 5,
            tick=lambda: report(None),
        )
        made = video.make_renditions(frames, frames_process.RESULT, report)
    return made._replace(notices=(*made.notices, *["sound_left_out"] * isobmff.has_sound(file)))


PHOTO = Kind(
    name="photo",
    endings={
        "image/jpeg": "jpg",
        "image/png": "png",
        "image/webp": "webp",
        "image/gif": "gif",
        "image/heic": "heic",
        "image/heif": "heif",
        "image/avif": "avif",
    },
    most_bytes=lambda: settings.PHOTO_MAX_BYTES,
    most_pixels=lambda: settings.PHOTO_MAX_PIXELS,
    make=_make_photo,
    received="media_received",
    large_cost=25_000_000,  # what phones make by default is below
    cost_per_second=1_000_000,
)
VIDEO = Kind(
    name="video",
    endings={
        "video/mp4": "mp4",
        "video/quicktime": "mov",
        "video/x-m4v": "m4v",
        "video/webm": "webm",
        # those that move
        **{"image/gif": "gif", "image/png": "png", "image/webp": "webp", "image/avif": "avif"},
        **{"image/heic": "heic", "image/heif": "heif"},
    },
    most_bytes=lambda: settings.VIDEO_MAX_BYTES,
    most_pixels=lambda: settings.VIDEO_MAX_PIXELS,
    make=_make_video,
    received="video_received",
    large_cost=2 * 60 * FULL_HD_SECOND,
    cost_per_second=FULL_HD_SECOND,
)
KINDS = (PHOTO, VIDEO)
_BY_NAME = {kind.name: kind for kind in KINDS}
_ENDINGS = {content_type: ending for kind in KINDS for content_type, ending in kind.endings.items()}


def kind_named(name: str) -> Kind:
    """The kind with this name."""
    return _BY_NAME[name]


def ending_of(content_type: str) -> str:
    """How the name of a downloaded file ends."""
    return _ENDINGS[content_type]


def most_bytes() -> int:
    """The size in bytes that no upload of any kind may pass."""
    return max(kind.most_bytes() for kind in KINDS)


def content_types() -> list[str]:
    """Every content type that is taken."""
    return list(_ENDINGS)


def inspect(file: IO[bytes], size: int) -> tuple[Kind, Sniffed]:
    """What the file is, from its headers; raises a `Problem` for whatever is not taken."""
    if size == 0:
        raise Problem("empty_file")
    if size > most_bytes():
        raise Problem("too_large", f"At most {most_bytes()} bytes are taken")
    try:
        sniffed = sniff(file)
    except EncryptedFile:
        raise Problem("encrypted_file", "The video is encrypted: without its key nobody can show it") from None
    except NoVideo:
        raise Problem("no_video", "The file holds sound alone") from None
    except UnsupportedFormat as error:
        known = f"Taken are {', '.join(content_types())}"
        raise Problem("unsupported_format", f"{error}. {known}" if str(error) else known) from None
    except CorruptFile as error:
        raise Problem("damaged_file", str(error)) from None
    kind = VIDEO if sniffed.is_video else PHOTO
    if size > kind.most_bytes():
        raise Problem("too_large", f"A {kind.name} may have at most {kind.most_bytes()} bytes")
    most_pixels = kind.most_pixels_of(sniffed.content_type)
    if sniffed.width * sniffed.height > most_pixels:
        detail = f"{sniffed.width} × {sniffed.height} pixels; at most {most_pixels} are taken"
        raise Problem("too_many_pixels", detail)
    if sniffed.is_video:
        _check_video(sniffed)
    return kind, sniffed


def _check_video(found: Sniffed) -> None:
    """What its header admits at once; a worker sees to what it hides."""
    if max(found.width, found.height) > settings.VIDEO_MAX_SIDE:
        raise Problem("too_many_pixels", f"A video may have at most {settings.VIDEO_MAX_SIDE} pixels a side")
    if found.seconds > settings.VIDEO_MAX_SECONDS + settings.VIDEO_TOLERANCE_SECONDS:
        raise Problem("too_long", f"A video may have at most {settings.VIDEO_MAX_SECONDS} seconds")
