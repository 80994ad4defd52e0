"""A HEIC of which one piece cannot be shown is damaged: libheif would show the others, and green in its place."""

import io
import struct

import pytest

from media.formats import heif_tiles
from media.formats.errors import CorruptFile, UnsupportedFormat
from media.formats.heif_tiles import read_plain, read_tiles
from media.processing import hevc, photos
from media.tests.support import heifs
from media.tests.support.gauntlet_photos import ten_bits
from media.tests.support.photographs import painted

SIDE = 64
BROKEN = struct.pack(">I", 42) + b"\x26\x01" + bytes([7]) * 40
ALPHA = heifs.full(b"auxC", 0, b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0")
ONES = [1, 2, 3, 4]


def tile(**options):
    return heifs.coded(painted(SIDE, SIDE), **options)


def plan(*properties, rows=2, columns=2):
    size = columns * SIDE, rows * SIDE
    data = struct.pack(">BBBBHH", 0, 0, rows - 1, columns - 1, *size)
    return heifs.Item(b"grid", data, [heifs.size_of(*size), *properties])


def grid_of(tiles):
    return heifs.heic([*tiles, plan()], primary=5, made_of={5: ONES})


def grid_with_alpha(last):
    tiles = [tile(), tile(), tile(), tile()]
    pieces = [*tiles, plan(), *tiles[:-1], last, plan(ALPHA)]
    return heifs.heic(pieces, primary=5, made_of={5: ONES, 10: [6, 7, 8, 9]}, more=[heifs.referring(b"auxl", 10, 5)])


def deep():
    return heifs.taken_out(ten_bits(), (128, 64))


def grid_of_deep(last):
    """Of 10 bits, one above the other."""
    size = heifs.size_of(128, 128)
    item = heifs.Item(b"grid", struct.pack(">BBBBHH", 0, 0, 1, 0, 128, 128), [size])
    return heifs.heic([deep(), last, item], primary=3, made_of={3: [1, 2]})


def broken(item):
    return item._replace(data=BROKEN)


def zeroed(item):
    """As a disk that was not written leaves it."""
    return item._replace(data=item.data[:-60] + bytes(40) + item.data[-20:])


def cut(item):
    return item._replace(data=item.data[:-20])


def without_configuration(item):
    return item._replace(properties=item.properties[1:])


def lying(item):
    """About its size."""
    return item._replace(properties=[item.properties[0], heifs.size_of(SIDE, SIDE - 8)])


SPOILED = (broken, zeroed, cut)
WIDTHS = pytest.mark.parametrize("width", [32, 2048], ids=["by its planes", "by libheif"])


def make_renditions(data, width, monkeypatch):
    monkeypatch.setattr(photos, "WIDTHS", (width,))
    photos.prepare("image/heic")
    return photos.make_renditions(io.BytesIO(data), "image/heic", 1_000_000)


@WIDTHS
@pytest.mark.parametrize("spoil", [*SPOILED, without_configuration], ids=lambda f: f.__name__)
def test_a_tile_that_cannot_be_shown(spoil, width, monkeypatch):
    make_renditions(grid_of([tile()] * 4), width, monkeypatch)
    with pytest.raises(CorruptFile):
        make_renditions(grid_of([*[tile()] * 3, spoil(tile())]), width, monkeypatch)


@pytest.mark.parametrize("spoil", SPOILED, ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    ("make", "item"),
    [
        (grid_of_deep, deep),
        (grid_with_alpha, tile),
        (lambda last: grid_of([*[tile(chroma=444)] * 3, last]), lambda: tile(chroma=444)),
        (lambda last: heifs.heic([last]), deep),
    ],
    ids=["tiles of 10 bits", "tiles of alpha", "tiles of full color", "one picture of 10 bits"],
)
def test_a_piece_of_another_picture_that_cannot_be_shown(make, item, spoil, monkeypatch):
    make_renditions(make(item()), 32, monkeypatch)
    with pytest.raises(CorruptFile):
        make_renditions(make(spoil(item())), 32, monkeypatch)


@WIDTHS
def test_a_tile_of_another_size_than_the_file_says(width, monkeypatch):
    """libheif refuses the grid if the sizes that are said differ, and leaves out a tile that is not what is said."""
    last = heifs.coded(painted(SIDE, SIDE - 8))._replace(properties=tile().properties)
    with pytest.raises(CorruptFile):
        make_renditions(grid_of([*[tile()] * 3, last]), width, monkeypatch)


def test_a_tile_of_another_codec(monkeypatch):
    other = heifs.coded(painted(SIDE, SIDE), kind="AVIF")
    with pytest.raises(UnsupportedFormat):
        make_renditions(grid_of([*[tile()] * 3, other]), 32, monkeypatch)


def test_what_its_memory_does_not_suffice_for_is_not_damaged(monkeypatch):
    photos.prepare("image/heic")
    monkeypatch.setattr(hevc.library(), "de265_decode", lambda *_: 7)  # as libde265 says it
    with pytest.raises(MemoryError):
        hevc.check(read_tiles(grid_of([tile()] * 4)))


def test_zeros_that_libde265_passes_over():
    """It notices most holes, not all. Zeros at the end of the data hurt nobody."""
    with pytest.raises(CorruptFile):
        read_tiles(heifs.heic([zeroed(tile())]))
    long, padded = tile(), struct.pack(">I", len(tile().data) - 4 + 30) + tile().data[4:] + bytes(30)
    hevc.check(read_tiles(heifs.heic([long._replace(data=padded)])))


def test_pictures_made_of_each_other_keep_nobody_busy(monkeypatch):
    """Nothing is known of them; a thousand tiles are."""
    monkeypatch.setattr(heif_tiles, "MAX_TILES", 8)
    circle = heifs.heic([plan(), plan()], primary=1, made_of={1: [2, 2, 2, 2], 2: [1, 1, 1, 1]})
    assert read_tiles(circle) == ()
    assert len(read_tiles(grid_of([tile()] * 4))) == 4


def test_data_in_crumbs_are_not_read(monkeypatch):
    """Each becomes an object here and in the decoder."""
    crumbs = tile()._replace(data=struct.pack(">IB", 1, 1) * 200)
    assert len(read_tiles(heifs.heic([crumbs]))[0].slices) == 200
    monkeypatch.setattr(heif_tiles, "_MAX_UNITS", 199)
    assert read_tiles(heifs.heic([crumbs])) == ()


def test_an_alpha_channel_is_among_what_is_shown():
    assert len(read_tiles(grid_with_alpha(tile()))) == 8
    assert read_plain(grid_with_alpha(tile())) is None


def test_data_in_several_pieces_are_put_together():
    whole, apart = (heifs.heic([tile()], extents=extents) for extents in (1, 3))
    assert read_tiles(apart) == read_tiles(whole) != ()
