"""Pictures of planes: their colors after a profile, their sizes, and what libwebp makes of them."""

import io

import pytest
from PIL import Image, ImageChops, ImageStat

from media.formats.signals import Chromaticities, ColorSignals
from media.processing import color, icc, photos, webp_encoder
from media.processing.containers import Contents
from media.processing.planes import Planes, half_of, planes_of
from media.tests.support.photographs import CORNERS, near, painted

P3 = icc.profile_of(color.PRIMARIES[12])
GREYS_TOO = icc.profile_of(color.PRIMARIES[12], 1.8)
EXCHANGED = icc.profile_of(Chromaticities(color.D65, color.SRGB.green, color.SRGB.red, color.SRGB.blue))


def by(profile):
    contents = Contents(io.BytesIO(), ColorSignals(icc=profile))
    return lambda image: photos.to_srgb(image, contents)


def textured(width=240, height=160):
    """The painted quarters with fine lines of light and dark, as hair or leaves have them."""
    lines = Image.frombytes(
        "L", (width, height), bytes((x * 7 + y * 13) % 61 for y in range(height) for x in range(width))
    )
    return ImageChops.add(painted(width, height), Image.merge("RGB", (lines,) * 3), 1, -30)


def difference(one, other):
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


def test_a_profile_is_followed_nearer_than_color_at_half_the_size_allows():
    planes = planes_of(textured())
    found, wanted = planes.recolored(by(P3)).rgb(), by(P3)(planes.rgb())
    assert difference(planes.rgb(), wanted) > 4
    assert difference(found, wanted) <= difference(planes_of(wanted).rgb(), wanted)


def test_even_colors_are_exact():
    planes = planes_of(painted())
    found, wanted = planes.recolored(by(P3)).rgb(), by(P3)(planes.rgb())
    for place in ((30, 20), (90, 20), (30, 60), (90, 60)):
        assert near(found.getpixel(place), wanted.getpixel(place), 2)


def test_detail_of_luma_stays():
    lines = Image.frombytes("L", (64, 64), bytes(255 * (x % 2) for _ in range(64) for x in range(64)))
    planes = planes_of(Image.merge("RGB", (lines,) * 3))
    assert difference(planes.recolored(by(P3)).luma, lines) <= 1


@pytest.mark.parametrize("profile", [GREYS_TOO, EXCHANGED], ids=["another curve", "colors far away"])
def test_what_changes_greys_or_much_is_made_of_the_whole_picture(profile):
    planes = planes_of(textured())
    wanted = planes_of(by(profile)(planes.rgb()))
    assert [one.tobytes() for one in planes.recolored(by(profile))] == [one.tobytes() for one in wanted]


@pytest.mark.parametrize("size", [(1, 1), (1, 6), (5, 3), (17, 16)])
def test_sides_may_be_odd(size):
    planes = planes_of(painted(60, 40)).resized(size, Image.Resampling.BICUBIC)
    turned = planes.transposed(Image.Transpose.ROTATE_90)
    assert planes.size == planes.rgb().size == planes.ycbcr().size == planes.recolored(by(P3)).size == size
    assert planes.blue.size == planes.red.size == half_of(size)
    assert turned.size == size[::-1]
    assert shown(turned).size == size[::-1]


def shown(planes, **options):
    return Image.open(io.BytesIO(webp_encoder.encoded(planes, 90, 2, **options)))


@pytest.mark.parametrize("is_even", [False, True])
def test_a_webp_of_planes_shows_the_picture(is_even):
    found = shown(planes_of(painted()), is_even=is_even)
    assert (found.format, found.mode, found.info.keys() & {"exif", "icc_profile", "xmp"}) == ("WEBP", "RGB", set())
    for place, corner in {(30, 20): "top_left", (90, 20): "top_right", (30, 60): "bottom_left"}.items():
        assert near(found.getpixel(place), CORNERS[corner], 6)


def test_black_and_white_stay():
    found = shown(planes_of(Image.merge("RGB", (Image.linear_gradient("L"),) * 3)))
    assert max(found.getpixel((128, 0))) <= 2
    assert min(found.getpixel((128, 255))) >= 253


def test_limited_range_is_brought_to_full():
    grey = Image.new("L", (2, 2), 128)
    planes = Planes(Image.frombytes("L", (4, 1), bytes([10, 16, 126, 240])), grey, grey).of_full_range()
    assert planes.luma.tobytes() == bytes([0, 0, 128, 255])


def test_what_libwebp_does_not_take_is_left_to_pillow(monkeypatch):
    planes = planes_of(painted())
    monkeypatch.setattr(webp_encoder, "_ABI", 0x7F00)
    assert webp_encoder.encoded(planes, 80, 2) is None
    found = Image.open(io.BytesIO(photos._encoded(planes, "WEBP", 90)))
    assert near(found.getpixel((30, 20)), CORNERS["top_left"], 6)


def test_too_little_memory_is_no_refusal(monkeypatch):
    """`MemoryError` is judged by the machine's state; None would be tried again by Pillow."""
    own = webp_encoder.library()

    def without_memory(_config, picture):
        picture._obj.error = 1
        return 0

    monkeypatch.setattr(own, "WebPEncode", without_memory)
    with pytest.raises(MemoryError):
        webp_encoder.encoded(planes_of(painted()), 80, 2)
