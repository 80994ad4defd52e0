"""Processing of a photo, the worker's side and the confined child's side.

The child gets the original as its input and answers with one line of JSON and the renditions' bytes behind it. The
worker trusts neither: sizes and names are checked against what a photo can have.
"""

import errno
import json
import logging
import os
import re
import sys
import tempfile
from collections.abc import Callable
from typing import IO, Any

from PIL.Image import DecompressionBombError, DecompressionBombWarning

from media.formats.errors import UnsupportedFormat
from media.notices import NOTICES
from media.processing import photos, sandbox
from media.processing.perceptual_hash import PerceptualHash
from media.processing.photos import Picture, Processed

logger = logging.getLogger(__name__)
_MAX_HEAD_BYTES = 64 * 1024
_DIGITS = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"w[0-9]{1,4}\.(webp|jpg)")
_TYPES = {"webp": "image/webp", "jpg": "image/jpeg"}


class ProcessingError(Exception):
    """The photo cannot be shown: a code and a sentence for its owner."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.detail = REASONS[code]


REASONS = {
    "damaged_file": "The file is damaged: its picture cannot be read to the end.",
    "too_many_pixels": "The picture has more pixels than are taken.",
    "too_much_memory": "Reading the picture needs more memory than is given to one.",
    "took_too_long": "Reading the picture takes longer than is given to one.",
    "decoder_crashed": "The picture could not be read: it broke the decoder.",
    "too_long": "The video is longer than is taken.",
    "no_video": "The file holds sound alone, or nothing to be shown.",
    "unsupported_codec": "What is to be seen is in a format of pictures that is not taken.",
    "original_damaged": "The stored file is not what was sent any more.",
    "image_refused": "This picture, or one that looks the same, is not taken here.",
    "gave_up": "The file could not be processed: the server was interrupted too often.",
}


def make_renditions(
    file: IO[bytes], content_type: str, most_pixels: int, tick: Callable[[], None] = lambda: None, png_bytes: int = 0
) -> Processed:
    """Makes the renditions of the photo in a real file, in a confined process; calls `tick` every few seconds.

    What another decoder made of it, a PNG of `png_bytes`, may stand before the file. Raises `ProcessingError`, which is
    final, and `sandbox.Crashed` and `sandbox.Interrupted`, which are not.
    """
    with tempfile.TemporaryFile() as answer:
        try:
            sandbox.run(__name__, [content_type, str(most_pixels), str(png_bytes)], file, answer, tick)
        except sandbox.TookTooLong:
            raise ProcessingError("took_too_long") from None
        answer.seek(0)
        return _read_answer(answer)


def _read_answer(answer: IO[bytes]) -> Processed:
    try:
        head = json.loads(answer.readline(_MAX_HEAD_BYTES))
        if "error" in head:
            logger.info("a decoder refused a photo: %s", head)
            sandbox.check_memory()
            raise ProcessingError(head["error"] if head["error"] in REASONS else "damaged_file")
        pictures = [_read_picture(answer, *one) for one in head["pictures"]]
        width, height, blurhash = int(head["width"]), int(head["height"]), str(head["blurhash"])[:64]
        notices = tuple(code for code in NOTICES if code in head["notices"])
        found = _read_hash(*head["hash"])
    except (ValueError, KeyError, TypeError):
        raise sandbox.Crashed("an answer that makes no sense") from None
    return Processed(width, height, blurhash, pictures, notices=notices, hash=found)


def _read_hash(digits: str, quality: int) -> PerceptualHash:
    if not _DIGITS.fullmatch(digits):
        raise ValueError(digits)
    return PerceptualHash(digits, max(0, min(100, int(quality))))


def _read_picture(answer: IO[bytes], name: str, width: int, height: int, size: int) -> Picture:
    if not _NAME.fullmatch(name) or not 0 < size <= sandbox.OUTPUT_BYTES:
        raise ValueError(name)
    data = answer.read(size)
    if len(data) != size:
        raise ValueError(name)
    return Picture(name, _TYPES[name.partition(".")[2]], int(width), int(height), data)


def refusal_of(error: Exception, content_type: str) -> dict[str, str]:
    """What the child says of a failure: every one of a decoder becomes one of five codes. Raises what is no verdict."""
    if isinstance(error, MemoryError):
        return {"error": "too_much_memory"}
    if isinstance(error, photos.TooLarge | DecompressionBombError | DecompressionBombWarning):
        return {"error": "too_many_pixels"}
    if isinstance(error, UnsupportedFormat):
        return {"error": "unsupported_codec"}
    if isinstance(error, OSError) and error.errno in {*sandbox.NO_ROOM, errno.EFBIG}:
        raise error
    return {"error": "damaged_file", "decoder": photos.FORMATS[content_type][0], "because": repr(error)[:200]}


def _answer_of(content_type: str, most_pixels: int, png_bytes: int) -> tuple[dict[str, Any], list[bytes]]:
    """The child's answer."""
    try:
        made = photos.make_renditions(sys.stdin.buffer, content_type, most_pixels, png_bytes)
    except Exception as error:  # decoders raise arbitrary exceptions
        return refusal_of(error, content_type), []
    pictures = [(one.name, one.width, one.height, len(one.data)) for one in made.pictures]
    head = {"width": made.width, "height": made.height, "blurhash": made.blurhash, "pictures": pictures}
    head["notices"], head["hash"] = made.notices, made.hash
    return head, [bytes(one.data) for one in made.pictures]


def main(content_type: str, most_pixels: str, png_bytes: str) -> None:
    """The child's entry point: loads the decoders, confines itself, then decodes the file."""
    sandbox.end_with_parent()
    sandbox.yield_to_others()
    photos.prepare(content_type)
    sandbox.confine()
    try:
        head, bodies = _answer_of(content_type, int(most_pixels), int(png_bytes))
        sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + b"".join(bodies))
        sys.stdout.buffer.flush()
    except OSError as error:
        os._exit(os.EX_SOFTWARE if error.errno == errno.EFBIG else os.EX_TEMPFAIL)  # no flushing again


if __name__ == "__main__":
    main(*sys.argv[1:])
