"""HEIC and AVIF are cropped, rotated and mirrored as their properties say, in order, and EXIF is not applied again.

What the owner cropped away is in no rendition.
"""

import io
from itertools import product

import pytest
from PIL import Image

from media.formats.errors import CorruptFile
from media.formats.heif import Crop, Mirror, Rotation, Transform, read_primary
from media.processing.placement import placement_of
from media.tests.support import heifs
from media.tests.support.photographs import CORNERS, encoded, near, opened, painted

SECRET, SHOWN = (250, 20, 250), (30, 160, 60)
CROP = heifs.cropped(64, 48, -64, -32)  # 64 × 48 of 128 × 80, from the top left corner
WIDTH, HEIGHT = 128, 80


def with_secret() -> Image.Image:
    """What is outside the crop is magenta; inside the left half is black."""
    image = Image.new("RGB", (WIDTH, HEIGHT), SECRET)
    image.paste(SHOWN, (0, 0, 64, 48))
    image.paste("black", (0, 0, 32, 48))
    return image


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_what_was_cropped_away_is_not_shown(kind, developed, client_for):
    media = developed(heifs.picture(kind, with_secret(), CROP))
    assert (media["width"], media["height"]) == (64, 48)
    for rendition in media["renditions"]:
        image = opened(client_for(None), rendition["url"]).convert("RGB")
        assert image.size == (64, 48)
        assert near(image.getpixel((8, 24)), (0, 0, 0))
        assert near(image.getpixel((56, 24)), SHOWN)
        assert not any(near(pixel, SECRET, 90) for pixel in image.get_flattened_data())


@pytest.mark.parametrize(
    ("kind", "then"), list(product(["HEIF", "AVIF"], ["turned", "mirrored", "turned, mirrored", "mirrored, turned"]))
)
def test_in_the_order_of_the_file(kind, then, developed, client_for):
    """The black half is followed through the crop, a quarter turn counterclockwise, and left and right exchanged."""
    steps = {"turned": heifs.turned(1), "mirrored": heifs.mirrored(1)}
    image = with_secret().crop((0, 0, 64, 48))
    for name in then.split(", "):
        image = image.rotate(90, expand=True) if name == "turned" else image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    media = developed(heifs.picture(kind, with_secret(), CROP, *map(steps.get, then.split(", "))))
    shown = opened(client_for(None), media["url"]).convert("RGB")
    assert (media["width"], media["height"]) == shown.size == image.size
    across, down = image.size
    for place in product((across // 4, across * 3 // 4), (down // 4, down * 3 // 4)):
        assert near(shown.getpixel(place), image.getpixel(place)), place


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_exif_does_not_turn_what_the_container_turned(kind, developed, client_for):
    """Programs write both; the container's word counts."""
    exif = Image.Exif()
    exif[0x0112], exif[0x0128] = 6, 6
    data = encoded(painted().rotate(90, expand=True), kind, exif=exif.tobytes())
    data = data.replace(b"\x01\x28\0\x03", b"\x01\x12\0\x03").replace(b"\x28\x01\x03\0", b"\x12\x01\x03\0")
    assert b"irot" in data
    assert b"\x01\x12\0\x03" in data or b"\x12\x01\x03\0" in data
    media = developed(data)
    assert (media["width"], media["height"]) == (120, 80)


@pytest.mark.parametrize("crop", [(0, 0, 0, 0), (500, 500, 0, 0), (64, 48, 9000, 9000), (64, 48, -9000, 9000)])
def test_a_crop_of_nonsense_shows_no_more_than_the_picture(crop, developed):
    media = developed(heifs.picture("AVIF", with_secret(), heifs.cropped(*crop)))
    assert media["state"] == "ready"
    assert 1 <= media["width"] <= WIDTH
    assert 1 <= media["height"] <= HEIGHT


def test_a_crop_divided_by_zero_is_damage(developed):
    media = developed(heifs.picture("AVIF", with_secret(), heifs.box(b"clap", bytes(32))))
    assert media["error"]["code"] == "damaged_file"


def _applied(image: Image.Image, step: Transform) -> Image.Image:
    """What Pillow makes of one transform."""
    if isinstance(step, Crop):
        left, top = round((image.width - step.width) / 2), round((image.height - step.height) / 2)
        return image.crop((left, top, left + int(step.width), top + int(step.height)))
    if isinstance(step, Rotation):
        return image.rotate(90 * step.quarters, expand=True)
    flip = Image.Transpose.FLIP_LEFT_RIGHT if step.is_sideways else Image.Transpose.FLIP_TOP_BOTTOM
    return image.transpose(flip)


TURNS = [Rotation(1), Rotation(2), Rotation(3), Mirror(True), Mirror(False)]


@pytest.mark.parametrize("steps", list(product(TURNS, TURNS, range(3))), ids=str)
def test_all_transforms_are_one_crop_and_one_turn(steps):
    """Wherever the crop stands among the turns."""
    *turns, place = steps
    turns.insert(place, Crop(6, 4, 0, 0))
    image = Image.new("RGB", (12, 8))
    image.putdata([(x * 10, y * 10, x * y) for y in range(8) for x in range(12)])
    placement, wanted = placement_of(image.size, turns), image
    for step in turns:
        wanted = _applied(wanted, step)
    shown = placement.upright(image.crop(placement.box))
    assert (shown.size, shown.tobytes()) == (wanted.size, wanted.tobytes())
    assert placement.size == wanted.size


def test_properties_of_other_pictures_do_not_count():
    plain, other = heifs.coded(painted(64, 64)), heifs.coded(painted(64, 64), heifs.turned(1), CROP)
    assert read_primary(io.BytesIO(heifs.heic([plain, other]))).transforms == ()
    assert len(read_primary(io.BytesIO(heifs.heic([plain, other], primary=2))).transforms) == 2


def test_numbers_of_properties_that_do_not_exist_are_passed_over():
    data = bytearray(heifs.picture("AVIF", painted(64, 64)))
    data[data.index(b"ipma") + 15] = 0x7F
    with pytest.raises(CorruptFile):
        read_primary(io.BytesIO(bytes(data[: data.index(b"ipma") + 16])))
    assert read_primary(io.BytesIO(bytes(data))).transforms == ()


def test_a_portrait_of_a_phone_is_turned_once(developed, client_for):
    media = developed(heifs.portrait(painted(128, 256)))
    shown = opened(client_for(None), media["url"]).convert("RGB")
    assert (media["width"], media["height"]) == shown.size == (128, 256)
    for place, color in zip(((32, 64), (96, 64), (32, 192), (96, 192)), CORNERS.values(), strict=True):
        assert near(shown.getpixel(place), color)
