"""The decoders of photos, one after the other, until one takes the file."""

import tempfile
from collections.abc import Callable
from typing import IO

from media.processing import photo_process, sandbox, second_decoder
from media.processing.photo_process import ProcessingError
from media.processing.photos import Processed


def make_renditions(
    file: IO[bytes], content_type: str, most_pixels: int, tick: Callable[[], None] = lambda: None
) -> Processed:
    """Makes the renditions of a photo. Raises as `photo_process.make_renditions` does, the first decoder's verdict."""
    try:
        return photo_process.make_renditions(file, content_type, most_pixels, tick)
    except ProcessingError as error:
        if error.code != "damaged_file" or content_type not in second_decoder.CONTENT_TYPES:
            raise
        refusal = error
    with tempfile.TemporaryFile() as decoded:
        try:
            png_bytes = second_decoder.decode(file, decoded, tick=tick)
        except sandbox.TookTooLong:
            raise ProcessingError("took_too_long") from None
        if not png_bytes:
            raise refusal
        return photo_process.make_renditions(decoded, content_type, most_pixels, tick, png_bytes)
