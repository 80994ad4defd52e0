"""The sizes that phones make are taken, within the bound on memory; what is larger is refused by its header."""

import struct

import pytest
from PIL import Image

from media.tests.support.gauntlet_photos import flat, png_of, with_frame
from media.tests.support.photographs import encoded, near, opened, send


@pytest.mark.parametrize(("width", "height"), [(8160, 6144), (8192, 6144), (16382, 3858)])
def test_fifty_megapixels_and_a_panorama(width, height, developed, client_for):
    media = developed(flat(width, height))
    assert (media["state"], media["width"], media["height"]) == ("ready", width, height)
    assert opened(client_for(None), media["url"]).width == 1080


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (with_frame(width=16320, height=12240), 202),
        (with_frame(width=16320, height=13500), 400),
        (png_of(16320, 12240), 400),
        (png_of(8192, 7900), 400),
    ],
)
def test_a_jpeg_may_have_more_pixels(data, status, client_for, alice):
    """It can be decoded at a reduced size."""
    response = send(client_for(alice), data)
    assert response.status_code == status
    assert status == 202 or response.json()["code"] == "too_many_pixels"


def test_the_instance_says_so(client_for):
    limits = client_for(None).get("/v1/instance").json()["limits"]
    assert limits["pixels"]["photo"] >= 16382 * 3858
    assert limits["jpeg_pixels"] >= 16320 * 12240


@pytest.mark.slow
@pytest.mark.parametrize("options", [{}, {"progressive": True}], ids=["baseline", "progressive"])
@pytest.mark.parametrize(("width", "height"), [(12000, 9000), (16320, 12240)])
def test_a_hundred_and_two_hundred_megapixels(width, height, options, developed, client_for):
    image = Image.new("RGB", (width, height), (200, 60, 40))
    image.paste((30, 160, 60), (width // 2, 0, width, height))
    media = developed(encoded(image, "JPEG", quality=60, **options))
    assert (media["state"], media["width"], media["height"]) == ("ready", width, height)
    shown = opened(client_for(None), media["url"]).convert("RGB")
    assert near(shown.getpixel((200, 400)), (200, 60, 40), 12)
    assert near(shown.getpixel((900, 400)), (30, 160, 60), 12)


def test_a_header_that_claims_two_hundred_megapixels_costs_no_memory(developed):
    """A file of a few kilobytes: what it lacks is damage, or grey."""
    data = bytearray(with_frame(width=16320, height=12240))
    assert struct.unpack_from(">HH", data, data.index(b"\xff\xc0") + 5) == (12240, 16320)
    assert developed(bytes(data))["state"] in {"ready", "failed"}
