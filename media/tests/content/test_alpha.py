"""Colors that were multiplied by their alpha before they were coded (`prem`) come out as they were."""

import io

import pytest
from PIL import Image
from rest_framework.test import APIClient

from media.tests.support import heifs
from media.tests.support.films import frames
from media.tests.support.photographs import downloaded, near

SIZE = (128, 96)
RED, ALPHA = (200, 40, 20), 128
ON_WHITE = tuple(round((color * ALPHA + 255 * (255 - ALPHA)) / 255) for color in RED)


def still(kind: str, *, is_premultiplied: bool, has_size: bool = True) -> bytes:
    """Half transparent. Without a size of its alpha, an AVIF is decoded by ffmpeg."""
    colors = tuple(round(color * ALPHA / 255) for color in RED) if is_premultiplied else RED
    return heifs.with_alpha(
        Image.new("RGB", SIZE, colors),
        Image.new("L", SIZE, ALPHA),
        kind=kind,
        has_size=has_size,
        is_premultiplied=is_premultiplied,
    )


def moving(*, is_premultiplied: bool) -> bytes:
    file = io.BytesIO()
    picture = Image.new("RGBA", SIZE, (*RED, ALPHA))
    more = {"save_all": True, "append_images": [picture.copy()], "duration": 500}
    picture.save(file, "AVIF", quality=90, alpha_premultiplied=is_premultiplied, **more)
    assert (b"prem" in file.getvalue()) == is_premultiplied
    return file.getvalue()


def by_ffmpeg(*, is_premultiplied: bool) -> bytes:
    """Frames alone."""
    return moving(is_premultiplied=is_premultiplied).replace(b"meta", b"free", 1)


FILES = {
    "AVIF": lambda prem: still("AVIF", is_premultiplied=prem),
    "AVIF by ffmpeg": lambda prem: still("AVIF", is_premultiplied=prem, has_size=False),
    "HEIC": lambda prem: still("HEIF", is_premultiplied=prem),
    "AVIF that moves": lambda prem: moving(is_premultiplied=prem),
    "AVIF that moves, by ffmpeg": lambda prem: by_ffmpeg(is_premultiplied=prem),
}


@pytest.mark.parametrize("is_premultiplied", [False, True], ids=["straight", "premultiplied"])
@pytest.mark.parametrize("name", FILES)
def test_half_transparent_on_white_is_half_white(name, is_premultiplied, developed):
    media = developed(FILES[name](is_premultiplied))
    assert media["state"] == "ready"
    opaque = next(one["url"] for one in media["renditions"] if not one["url"].split("?")[0].endswith(".webp"))
    shown = frames(downloaded(APIClient(), opaque))[0]
    assert near(shown.getpixel((64, 48)), ON_WHITE, 6)
