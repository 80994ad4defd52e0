"""What phones and programs make comes out upright, in the right colours, in the sizes of screens."""

import io
import math
import struct
from typing import Any

import pytest
from PIL import Image, ImageCms

from media.tests.support.gauntlet_photos import lying, wide_gamut
from media.tests.support.photographs import CORNERS, FORMATS, encoded, near, opened, painted, photo


def corners(image: Image.Image) -> dict[str, Any]:
    """The colours in the middle of the four quarters."""
    image = image.convert("RGB")
    xs, ys = (image.width // 4, image.width * 3 // 4), (image.height // 4, image.height * 3 // 4)
    places = [(x, y) for y in ys for x in xs]
    return dict(zip(CORNERS, [image.getpixel(place) for place in places], strict=True))


def assert_painted(image: Image.Image, off_by: int = 40) -> None:
    for corner, colour in corners(image).items():
        assert near(colour, CORNERS[corner], off_by), (corner, colour)


@pytest.mark.parametrize("kind", FORMATS)
def test_format(kind, developed, client_for):
    media = developed(photo(kind, 700, 500), name="whatever.bin")

    assert media["state"] == "ready"
    assert (media["width"], media["height"], media["kind"]) == (700, 500, "photo")
    assert [(r["width"], r["type"]) for r in media["renditions"]] == [
        (320, "image/webp"),
        (640, "image/webp"),
        (700, "image/webp"),
        (700, "image/jpeg"),
    ]
    for rendition in media["renditions"]:
        image = opened(client_for(None), rendition["url"])
        assert image.size == (rendition["width"], rendition["height"])
        assert Image.MIME[image.format] == rendition["type"]
        assert_painted(image)


def test_all_widths(developed):
    media = developed(photo("JPEG", 3000, 1500))
    sizes = [(r["width"], r["height"], r["type"]) for r in media["renditions"]]
    assert sizes == [
        (320, 160, "image/webp"),
        (640, 320, "image/webp"),
        (1080, 540, "image/webp"),
        (1080, 540, "image/jpeg"),
        (2048, 1024, "image/webp"),
    ]
    assert media["url"] == media["renditions"][3]["url"]


def test_small_photo_is_never_upscaled(developed):
    media = developed(photo("PNG", 90, 60))
    assert [(r["width"], r["height"]) for r in media["renditions"]] == [(90, 60), (90, 60)]


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 20000), (20000, 1), (3, 17000)])
def test_extreme_shapes(width, height, developed, client_for):
    media = developed(encoded(Image.new("RGB", (width, height), "red"), "PNG"))
    assert media["state"] == "ready", media
    assert all(r["width"] >= 1 and r["height"] >= 1 for r in media["renditions"])
    opened(client_for(None), media["url"])


@pytest.mark.parametrize(
    ("kind", "orientation"), [*(("JPEG", turn) for turn in range(1, 9)), ("PNG", 6), ("WEBP", 5), ("AVIF", 8)]
)
def test_orientation(kind, orientation, developed, client_for):
    media = developed(lying(orientation, kind, (120, 80)))
    assert (media["width"], media["height"]) == (120, 80)
    assert_painted(opened(client_for(None), media["url"]))


@pytest.mark.parametrize("nonsense", [0, 9, 65535])
def test_orientation_that_makes_no_sense_is_ignored(nonsense, developed, client_for):
    exif = Image.Exif()
    exif[0x0112] = nonsense
    assert_painted(opened(client_for(None), developed(photo("JPEG", exif=exif.tobytes()))["url"]))


def test_cmyk(developed, client_for):
    media = developed(encoded(painted().convert("CMYK"), "JPEG", quality=95))
    assert_painted(opened(client_for(None), media["url"]), 60)


def test_sixteen_bit_grey_keeps_its_shades(developed, client_for):
    row = struct.pack("<64H", *[65535 // 4] * 32, *[65535 * 3 // 4] * 32)
    deep = Image.frombytes("I;16", (64, 32), row * 32)
    image = opened(client_for(None), developed(encoded(deep, "PNG"))["url"]).convert("L")
    assert abs(image.getpixel((10, 16)) - 64) < 8
    assert abs(image.getpixel((54, 16)) - 191) < 8


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_mode(mode, developed, client_for):
    image = Image.new("RGB", (60, 40), "white")
    image.paste("black", (0, 0, 30, 40))
    shown = opened(client_for(None), developed(encoded(image.convert(mode), "PNG"))["url"]).convert("L")
    assert shown.getpixel((8, 20)) < 30
    assert shown.getpixel((52, 20)) > 225


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "AVIF"])
def test_transparency_stays_in_webp_and_is_white_in_jpeg(kind, developed, client_for):
    image = Image.new("RGBA", (60, 40), (0, 0, 0, 0))
    image.paste((200, 30, 30, 255), (0, 0, 30, 40))
    media = developed(encoded(image, kind))
    webp, jpeg = (opened(client_for(None), r["url"]) for r in media["renditions"])

    assert webp.mode == "RGBA"
    assert webp.getpixel((52, 20))[3] == 0
    assert near(webp.getpixel((8, 20)), (200, 30, 30))
    assert jpeg.getpixel((52, 20)) >= (245, 245, 245)


def test_palette_with_a_transparent_entry(developed, client_for):
    image = Image.new("P", (60, 40), 0)
    image.putpalette([0, 0, 0, 200, 30, 30])
    image.paste(1, (0, 0, 30, 40))
    webp = opened(client_for(None), developed(encoded(image, "PNG", transparency=0))["renditions"][0]["url"])
    assert webp.getpixel((52, 20))[3] == 0


def _profile_with_red_and_green_swapped() -> bytes:
    """An RGB profile no sane screen has: red and green exchanged, so that its use is seen at a glance."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for at in range(128 + 4, 128 + 4 + 12 * int.from_bytes(data[128:132]), 12):
        data[at : at + 4] = {b"rXYZ": b"gXYZ", b"gXYZ": b"rXYZ"}.get(bytes(data[at : at + 4]), data[at : at + 4])
    return bytes(data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
def test_colour_profile_is_obeyed(kind, developed, client_for):
    profile = _profile_with_red_and_green_swapped()
    flat = Image.new("RGB", (60, 40), (220, 30, 30))
    image = opened(client_for(None), developed(encoded(flat, kind, icc_profile=profile))["url"])
    assert near(image.getpixel((30, 20)), (30, 220, 30), 60)
    assert "icc_profile" not in image.info


def in_display_p3() -> Image.Image:
    """The painted picture in the numbers of Display P3, its profile aside."""
    image = Image.open(io.BytesIO(wide_gamut()))
    return Image.frombytes("RGB", image.size, image.tobytes())


@pytest.mark.parametrize("primaries", [12, 1])
def test_colours_by_number(primaries, developed, client_for):
    """Without the number 12 the picture is a little pale, so that what is checked can be seen."""
    data = encoded(in_display_p3(), "HEIF", quality=95, color_primaries=primaries)
    shown = corners(opened(client_for(None), developed(data)["url"]))
    assert near(shown["top_left"], CORNERS["top_left"], 14) == (primaries == 12), shown


def _pq(light: float) -> float:
    power = (light * 203 / 10000) ** 0.1593017578125
    return float(((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375)


def _hlg(light: float) -> float:
    scene = (light * 203 / 1000) ** (1 / 1.2)
    if scene <= 1 / 12:
        return math.sqrt(3 * scene)
    return 0.17883277 * math.log(12 * scene - 0.28466892) + 0.55991073


@pytest.mark.parametrize(("number", "curve"), [(16, _pq), (18, _hlg)])
def test_hdr_heic_becomes_sdr(number, curve, developed, client_for):
    linear = [code / 255 / 12.92 if code < 11 else ((code / 255 + 0.055) / 1.055) ** 2.4 for code in range(256)]
    hdr = painted().point([round(255 * curve(light)) for light in linear] * 3)
    data = encoded(hdr, "HEIF", quality=95, color_primaries=1, transfer_characteristics=number)
    assert_painted(opened(client_for(None), developed(data)["url"]), 25)


@pytest.mark.parametrize("profile", [b"nonsense", b"\0" * 200])
def test_broken_colour_profile_is_ignored(profile, developed, client_for):
    assert_painted(opened(client_for(None), developed(photo("JPEG", icc_profile=profile))["url"]))


def test_profile_of_other_colours_is_ignored(developed, client_for):
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert_painted(opened(client_for(None), developed(photo("JPEG", icc_profile=lab))["url"]))


def test_blurhash_resembles_the_photo(developed):
    assert developed(photo())["blurhash"] != developed(encoded(Image.new("RGB", (120, 80), "white")))["blurhash"]
