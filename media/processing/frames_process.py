"""Pictures that move and are no GIF, made what ffmpeg of every version reads: a plain APNG of whole frames.

The worker's side and the confined child's side, as in `media.processing.photo_process`: each frame is placed and
brought to sRGB as a photo is, on white where it is transparent. No Django here: the child loads this file.
"""

import errno
import json
import os
import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any

from PIL import Image

from media.formats.png import SIGNATURE
from media.processing import containers, photo_process, photos, sandbox
from media.processing.photo_process import REASONS, ProcessingError
from media.processing.placement import placement_of

CONTENT_TYPES = ("image/png", "image/webp", "image/avif")
RESULT = "image/apng"
CPU_SECONDS = 120
OUTPUT_BYTES = 600 * 1024 * 1024
TICKS_A_SECOND = 60  # the most that a video is made of
_SHORTEST_MS, _USUAL_MS = 10, 100  # browsers show a frame of 10 ms or less for 100 ms


def write_frames(
    file: IO[bytes],
    content_type: str,
    target: IO[bytes],
    *,
    most_pixels: int,
    most_seconds: int,
    tick: Callable[[], None] = lambda: None,
) -> None:
    """Writes the frames of `file` to `target`, both real files: somewhat more than `most_seconds` at most.

    Raises as `photo_process.make_renditions` does.
    """
    arguments = [content_type, str(most_pixels), str(most_seconds)]
    try:
        sandbox.run(__name__, arguments, file, target, tick, cpu_seconds=CPU_SECONDS)
    except sandbox.TookTooLong:
        raise ProcessingError("took_too_long") from None
    target.seek(0)
    head = target.read(len(SIGNATURE))
    if head == SIGNATURE:
        return
    try:
        code = json.loads(head + target.read(4096))["error"]
    except (ValueError, KeyError, TypeError):
        raise sandbox.Crashed("an answer that makes no sense") from None
    sandbox.check_memory()
    raise ProcessingError(code if code in REASONS else "damaged_file")


def _frames(file: IO[bytes], content_type: str, most_pixels: int) -> Iterator[tuple[Image.Image, float]]:
    """Each frame as it is shown, and its milliseconds."""
    Image.MAX_IMAGE_PIXELS = most_pixels
    contents = containers.read(file, content_type, is_moving=True)
    image: Any = Image.open(contents.file, formats=photos.FORMATS[content_type])
    if image.width * image.height > most_pixels:
        raise photos.TooLarge
    placement = placement_of(image.size, contents.transforms)
    placement = placement if contents.transforms else placement._replace(turn=contents.orientation)
    for number in range(int(getattr(image, "default_image", False)), image.n_frames):
        image.seek(number)
        image.load()
        shown = photos.to_srgb(photos.plain(image.copy()).crop(placement.box), contents)
        yield photos.on_white(placement.upright(shown)), float(image.info.get("duration") or 0)


class _Writer:
    """Writes an APNG of frames that last a tick each; a picture that lasts longer is followed by frames of one pixel,
    which change nothing. So ffmpeg finds the frame rate, and loses no frame to one that it guessed."""

    def __init__(self, target: IO[bytes]) -> None:
        self.target, self.frames, self.sequence, self.milliseconds = target, 0, 0, 0.0

    def add(self, picture: Image.Image, milliseconds: float) -> None:
        if not self.frames:
            head = struct.pack(">IIBBBBB", *picture.size, 8, 2, 0, 0, 0)
            self.target.write(SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"acTL", bytes(8)))
        self.milliseconds += milliseconds if milliseconds > _SHORTEST_MS else _USUAL_MS
        self._frame(picture)
        pixel = picture.crop((0, 0, 1, 1))
        while self.frames < round(self.milliseconds * TICKS_A_SECOND / 1000):
            self._frame(pixel)

    def _frame(self, picture: Image.Image) -> None:
        control = struct.pack(">IIIIIHHBB", self.sequence, *picture.size, 0, 0, 1, TICKS_A_SECOND, 0, 0)
        body = zlib.compress(_rows(picture), 1)
        self.target.write(_chunk(b"fcTL", control))
        if self.frames:
            self.target.write(_chunk(b"fdAT", struct.pack(">I", self.sequence + 1) + body))
        else:
            self.target.write(_chunk(b"IDAT", body))
        self.sequence += 2 if self.frames else 1
        self.frames += 1

    def end(self) -> None:
        """How many frames there are is written at last, for files lie about it."""
        self.target.write(_chunk(b"IEND", b""))
        self.target.seek(len(SIGNATURE) + 25)
        self.target.write(_chunk(b"acTL", struct.pack(">II", self.frames, 1)))


def _write(frames: Iterator[tuple[Image.Image, float]], target: IO[bytes], most_seconds: int) -> None:
    """Writes the frames, until they are more than are taken: the video is refused then for its length."""
    writer = _Writer(target)
    for picture, milliseconds in frames:
        writer.add(picture, min(milliseconds, 1000 * most_seconds))
        if writer.milliseconds > 1000 * most_seconds:
            break
    writer.end()


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _rows(frame: Image.Image) -> bytes:
    """Its pixels, each row behind the number of its filter, which is none."""
    data, length = frame.tobytes(), frame.width * 3
    return b"".join(b"\0" + data[at : at + length] for at in range(0, len(data), length))


def main(content_type: str, most_pixels: str, most_seconds: str) -> None:
    """The child's entry point: loads the decoders, confines itself, then decodes the file."""
    sandbox.end_with_parent()
    sandbox.yield_to_others()
    photos.prepare(content_type)
    sandbox.confine(cpu_seconds=CPU_SECONDS, output_bytes=OUTPUT_BYTES)
    target = sys.stdout.buffer
    try:
        try:
            _write(_frames(sys.stdin.buffer, content_type, int(most_pixels)), target, int(most_seconds))
        except Exception as error:  # decoders raise arbitrary exceptions
            refusal = photo_process.refusal_of(error, content_type)
            target.seek(0)
            target.truncate()
            target.write(json.dumps(refusal).encode())
        target.flush()
    except OSError as failure:
        os._exit(os.EX_SOFTWARE if failure.errno == errno.EFBIG else os.EX_TEMPFAIL)  # no flushing again


if __name__ == "__main__":
    main(*sys.argv[1:])
