"""A HEIC as phones make it is scaled down before it becomes RGB, and looks as pillow-heif shows it; every other HEIC is
left to pillow-heif."""

import io
import struct

import pytest
from PIL import Image, ImageChops, ImageStat

from media.formats.heif_tiles import read_plain
from media.processing import color, hevc, icc, photos, webp_encoder
from media.tests.support import heifs
from media.tests.support.photographs import encoded

SIZE, WIDTHS = (256, 160), (32, 64)


def picture(size=SIZE):
    """Red grows downward, green to the right: smooth, so that scaling before or after the colors is the same."""
    down = Image.linear_gradient("L")
    return Image.merge("RGB", (down, down.transpose(Image.Transpose.ROTATE_90), Image.new("L", (256, 256), 90))).resize(
        size
    )


def tiled_beyond_the_edge():
    """Tiles of 96 × 96: the last ones reach beyond 256 × 160."""
    whole = picture().crop((0, 0, 288, 192))
    tiles = [heifs.coded(whole.crop((x, y, x + 96, y + 96))) for y in (0, 96) for x in (0, 96, 192)]
    grid = heifs.Item(b"grid", struct.pack(">BBBBHH", 0, 0, 1, 2, *SIZE), [heifs.size_of(*SIZE)])
    return heifs.heic([*tiles, grid], primary=7, made_of={7: [1, 2, 3, 4, 5, 6]})


def saved(**options):
    return encoded(picture(), "HEIF", quality=90, **options)


PLAIN = {
    "one picture": lambda: saved(),
    "of limited range": lambda: saved(matrix_coefficients=6, full_range_flag=0),
    "by BT.709": lambda: saved(matrix_coefficients=1),
    "by BT.709, of limited range": lambda: saved(matrix_coefficients=1, full_range_flag=0),
    "by BT.2020": lambda: saved(matrix_coefficients=9, full_range_flag=0),
    "by BT.709, its container says": lambda: heifs.picture("HEIF", picture(), heifs.by_numbers(1, 13, 1)),
    "tiles": lambda: heifs.tiled(picture()),
    "tiles beyond the edge": tiled_beyond_the_edge,
    "turned": lambda: heifs.tiled(picture(), heifs.turned(1)),
    "turned and mirrored": lambda: heifs.tiled(picture(), heifs.turned(3), heifs.mirrored(1)),
    "of Display P3": lambda: heifs.tiled(
        picture(), heifs.turned(3), heifs.by_profile(icc.profile_of(color.PRIMARIES[12]))
    ),
    "of another curve": lambda: heifs.tiled(picture(), heifs.by_profile(icc.profile_of(color.SRGB, 1.8))),
    "with a gain map and depth": lambda: heifs.portrait(picture()),
}
OTHERS = {
    "cropped": lambda: heifs.picture("HEIF", picture(), heifs.cropped(128, 80)),
    "with alpha": lambda: encoded(picture().convert("RGBA"), "HEIF"),
    "of odd sides": lambda: encoded(picture((255, 159)), "HEIF"),
    "of full color": lambda: saved(chroma=444),
    "of another matrix": lambda: heifs.picture("HEIF", picture(), heifs.by_numbers(1, 13, 8)),
}


@pytest.fixture
def quick(monkeypatch):
    """Counts what was made by the quick way. Widths are small because a picture of twelve megapixels takes seconds."""
    monkeypatch.setattr(photos, "WIDTHS", WIDTHS)
    monkeypatch.setattr(photos, "FALLBACK_WIDTH", WIDTHS[-1])
    monkeypatch.setattr(photos, "EVEN_PIXELS", WIDTHS[0] * WIDTHS[1])
    monkeypatch.setattr(photos, "WEBP_QUALITY", 100)  # no loss of its own
    real, made = hevc.shrunk, []

    def counting(*arguments):
        found = real(*arguments)
        made.append(found is not None)
        return found

    monkeypatch.setattr(hevc, "shrunk", counting)
    photos.prepare("image/heic")
    return made


def made_of(data):
    """The largest rendition."""
    found = photos.make_renditions(io.BytesIO(data), "image/heic", 1_000_000)
    return Image.open(io.BytesIO(bytes(found.pictures[0].data))).convert("RGB"), found


@pytest.mark.parametrize("name", PLAIN)
def test_it_looks_as_its_decoder_shows_it(name, quick, monkeypatch):
    shown, found = made_of(PLAIN[name]())
    monkeypatch.setattr(hevc, "library", lambda: None)  # so that pillow-heif makes it
    expected, by_its_decoder = made_of(PLAIN[name]())
    assert quick == [True, False]
    assert found[:2] == by_its_decoder[:2]
    difference = ImageStat.Stat(ImageChops.difference(shown, expected))
    assert max(difference.mean) < 2, difference.mean


@pytest.mark.parametrize("name", ["turned and mirrored", "of Display P3"])
def test_all_of_its_renditions_look_alike(name, quick):
    """Also the JPEG, and what Pillow makes of the planes."""
    shown, found = made_of(PLAIN[name]())
    for one in found.pictures:
        other = Image.open(io.BytesIO(bytes(one.data))).convert("RGB")
        assert other.size == (one.width, one.height)
        difference = ImageStat.Stat(ImageChops.difference(shown.resize(other.size, Image.Resampling.BICUBIC), other))
        assert max(difference.mean) < 4, (one.name, difference.mean)
    assert quick == [True]
    assert len(found.pictures) == 3


def test_without_libwebp_pillow_encodes_it(quick, monkeypatch):
    shown, _ = made_of(saved())
    monkeypatch.setattr(webp_encoder, "library", lambda: None)
    by_pillow, _ = made_of(saved())
    assert quick == [True, True]
    assert max(ImageStat.Stat(ImageChops.difference(shown, by_pillow)).mean) < 2


@pytest.mark.parametrize("name", OTHERS)
def test_every_other_one_is_left_to_its_decoder(name, quick):
    shown, _ = made_of(OTHERS[name]())
    assert not any(quick)
    assert shown.width == WIDTHS[-1]


def test_without_the_library_its_decoder_does_it(quick, monkeypatch):
    """As where libheif finds its decoders by itself, in a distribution's packages."""
    monkeypatch.setattr(hevc, "library", lambda: None)
    shown, _ = made_of(saved())
    assert quick == [False]
    assert shown.width == WIDTHS[-1]


def test_what_is_shown_at_its_own_size_keeps_the_filters(quick):
    made_of(encoded(picture((64, 64)), "HEIF"))
    assert quick == [False]


def with_bytes(data, name, offset, value):
    """With the bytes at `offset` behind the first `name` set."""
    at = data.index(name) + 4 + offset
    return data[:at] + value + data[at + len(value) :]


DAMAGED = {
    "a tile that is not there": lambda data: with_bytes(data, b"dimg", 4, struct.pack(">H", 99)),
    "a tile that is the picture": lambda data: with_bytes(data, b"dimg", 4, struct.pack(">H", 5)),
    "tiles of no rows": lambda data: data.replace(struct.pack(">BBBBHH", 0, 0, 1, 1, *SIZE), bytes([0, 0, 9, 1])),
    "data beyond the end": lambda data: with_bytes(data, b"iloc", 14, b"\x7f"),
    "data in another file": lambda data: with_bytes(data, b"iloc", 10, b"\0\7"),
    "a parameter set of nothing": lambda data: with_bytes(data, b"hvcC", 26, b"\0\0"),
    "parameter sets beyond the end": lambda data: with_bytes(data, b"hvcC", 22, b"\xff"),
    "units beyond the end": lambda data: with_bytes(data, b"mdat", 0, b"\x7f"),
    "no items": lambda data: data.replace(b"iloc", b"free"),
    "half of it": lambda data: data[: len(data) // 2],
}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_makes_no_sense_is_not_plain(name):
    whole = heifs.tiled(picture())
    assert read_plain(whole) is not None
    assert read_plain(DAMAGED[name](whole)) is None


def test_every_beginning_of_a_file_is_answered():
    """Cut anywhere, it is either not plain, or its data are all there."""
    whole = heifs.tiled(picture())
    for end in range(0, len(whole), max(1, len(whole) // 60)):
        coded = read_plain(whole[:end])
        assert coded is None or coded.width == SIZE[0]


def test_tiles_in_another_order_are_no_picture(quick):
    coded = read_plain(heifs.tiled(picture()))
    assert hevc.shrunk(coded._replace(columns=4, rows=1), (64, 40)) is None


def test_tiles_of_another_size_than_the_file_says_are_no_picture(quick):
    """Nor are they to pillow-heif."""
    lying = with_bytes(heifs.tiled(picture()), b"ispe", 4, struct.pack(">I", 100))
    coded = read_plain(lying)
    assert coded is not None
    assert hevc.shrunk(coded, (64, 40)) is None


def test_a_plane_that_its_decoder_does_not_give_is_no_picture(monkeypatch):
    coded = read_plain(heifs.tiled(picture()))
    assert hevc.shrunk(coded, (64, 40)) is not None
    monkeypatch.setattr(hevc.library(), "de265_get_image_plane", lambda *_: None)  # no file is known that does it
    assert hevc.shrunk(coded, (64, 40)) is None


def test_parameter_sets_of_any_size_are_not_taken():
    """They are unpacked for, and given to the decoder with, each of thousands of tiles."""
    coded = heifs.coded(picture())
    long = [heifs.box(b"hvcC", one[8:], bytes(5000)) if one[4:8] == b"hvcC" else one for one in coded.properties]
    assert read_plain(heifs.heic([coded], primary=1)) is not None
    assert read_plain(heifs.heic([coded._replace(properties=long)], primary=1)) is None
