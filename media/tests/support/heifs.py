"""HEICs put together by hand, as phones make them: pictures of tiles, turned and mirrored by properties."""

import struct
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from PIL import Image

from media.tests.support.photographs import encoded

HEAD = b"\0\0\0\x18ftypheic\0\0\0\0heicmif1"
AVIF_HEAD = b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf"


class Item(NamedTuple):
    """A picture (`hvc1`) or what is made of others (`grid`): its bytes and its properties, each a box."""

    kind: bytes
    data: bytes
    properties: list[bytes]


def box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), name) + body


def full(name: bytes, version: int, *parts: bytes) -> bytes:
    return box(name, struct.pack(">I", version << 24), *parts)


def size_of(width: int, height: int) -> bytes:
    return full(b"ispe", 0, struct.pack(">II", width, height))


def turned(quarters: int) -> bytes:
    """To be shown after so many quarter turns against the clock."""
    return box(b"irot", bytes([quarters]))


def mirrored(axis: int) -> bytes:
    """To be shown with top and bottom exchanged (0), or left and right (1)."""
    return box(b"imir", bytes([axis]))


def cropped(width: int, height: int, right: int = 0, below: int = 0) -> bytes:
    """To be shown are so many pixels, their center so many halves of a pixel right and below of the picture's."""
    return box(b"clap", struct.pack(">8i", width, 1, height, 1, right, 2, below, 2))


def by_numbers(primaries: int, transfer: int, matrix: int = 6) -> bytes:
    """Colors by code points, full range."""
    return box(b"colr", b"nclx", struct.pack(">HHHB", primaries, transfer, matrix, 0x80))


def by_profile(icc: bytes) -> bytes:
    return box(b"colr", b"prof", icc)


def coded(image: Image.Image, *properties: bytes, kind: str = "HEIF", **options: int) -> Item:
    """A picture as one item: what an encoder made, without its own file around it."""
    return taken_out(encoded(image, kind, quality=90, **options), image.size, *properties, kind=kind)


def taken_out(data: bytes, size: tuple[int, int], *properties: bytes, kind: str = "HEIF") -> Item:
    """The picture of a file with one."""
    name, item = (b"hvcC", b"hvc1") if kind == "HEIF" else (b"av1C", b"av01")
    start, mdat = data.index(name) - 4, data.index(b"mdat") - 4
    (length,) = struct.unpack_from(">I", data, start)
    (end,) = struct.unpack_from(">I", data, mdat)
    return Item(item, data[mdat + 8 : mdat + end], [data[start : start + length], size_of(*size), *properties])


def heic(
    items: list[Item],
    *,
    primary: int = 1,
    made_of: dict[int, list[int]] | None = None,
    head: bytes = HEAD,
    reference: bytes = b"dimg",
    more: Sequence[bytes] = (),
    extents: int = 1,
) -> bytes:
    """A file of items, numbered from 1; `made_of` names the tiles of a grid, or what another `reference` leads to;
    `more` are references as boxes; the data of each item are in so many `extents`."""
    of_tiles = [referring(reference, n, *of) for n, of in (made_of or {}).items()]

    def meta(offset: int) -> bytes:
        return _meta(items, primary, [*of_tiles, *more], offset, extents)

    return head + meta(len(head) + len(meta(0)) + 8) + box(b"mdat", *(item.data for item in items))


def with_alpha(
    image: Image.Image,
    alpha: Image.Image,
    *properties: bytes,
    kind: str = "AVIF",
    has_size: bool = True,
    is_premultiplied: bool = False,
) -> bytes:
    """A picture with an alpha channel, which some encoders write without its size: the standard demands it. Or one
    that says that its colors were multiplied by it."""
    color, mask = coded(image, *properties, kind=kind), coded(alpha, kind=kind)
    name = full(b"auxC", 0, b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0")
    mask = mask._replace(properties=[*mask.properties[: 2 if has_size else 1], name])
    return heic(
        [color, mask],
        made_of={2: [1]},
        head=AVIF_HEAD if kind == "AVIF" else HEAD,
        reference=b"auxl",
        more=[referring(b"prem", 1, 2)] * is_premultiplied,
    )


def picture(kind: str, image: Image.Image, *properties: bytes) -> bytes:
    """A HEIC or AVIF of one picture with these properties, in their order."""
    return heic([coded(image, *properties, kind=kind)], head=HEAD if kind == "HEIF" else AVIF_HEAD)


def referring(name: bytes, item: int, *others: int) -> bytes:
    """A reference from one item to others."""
    return box(name, struct.pack(f">HH{len(others)}H", item, len(others), *others))


def _meta(items: list[Item], primary: int, references: list[bytes], offset: int, extents: int) -> bytes:
    about = [full(b"infe", 2, struct.pack(">HH4sx", n, 0, item.kind)) for n, item in enumerate(items, 1)]
    return full(
        b"meta",
        0,
        full(b"hdlr", 0, bytes(4), b"pict", bytes(13)),
        full(b"pitm", 0, struct.pack(">H", primary)),
        _places(items, offset, extents),
        full(b"iinf", 0, struct.pack(">H", len(items)), *about),
        full(b"iref", 0, *references) if references else b"",
        _properties(items),
    )


def _places(items: list[Item], offset: int, extents: int) -> bytes:
    rows = []
    for number, item in enumerate(items, 1):
        ends = [len(item.data) * place // extents for place in range(extents + 1)]
        pieces = (struct.pack(">II", offset + start, end - start) for start, end in pairwise(ends))
        rows.append(struct.pack(">HHH", number, 0, extents) + b"".join(pieces))
        offset += len(item.data)
    return full(b"iloc", 0, struct.pack(">BBH", 0x44, 0, len(items)), *rows)


def _properties(items: list[Item]) -> bytes:
    boxes, rows = [], []
    for number, item in enumerate(items, 1):
        first = len(boxes) + 1
        boxes += item.properties
        places = bytes(0x80 | place for place in range(first, len(boxes) + 1))
        rows.append(struct.pack(">HB", number, len(places)) + places)
    return box(b"iprp", box(b"ipco", *boxes), full(b"ipma", 0, struct.pack(">I", len(items)), *rows))


def _grid(image: Image.Image, across: int, down: int, *properties: bytes) -> tuple[list[Item], Item]:
    """Its tiles, and what is made of them."""
    width, height = image.width // across, image.height // down
    corners = [(x * width, y * height) for y in range(down) for x in range(across)]
    tiles = [coded(image.crop((x, y, x + width, y + height))) for x, y in corners]
    plan = struct.pack(">BBBBHH", 0, 0, down - 1, across - 1, *image.size)
    return tiles, Item(b"grid", plan, [size_of(*image.size), *properties])


def tiled(image: Image.Image, *properties: bytes, across: int = 2, down: int = 2) -> bytes:
    """A picture in tiles, each coded by itself: what a phone makes of twelve megapixels."""
    tiles, grid = _grid(image, across, down, *properties)
    return heic([*tiles, grid], primary=len(tiles) + 1, made_of={len(tiles) + 1: list(range(1, len(tiles) + 1))})


_AUXILIARY = (
    b"urn:mpeg:hevc:2015:auxid:2",  # depth
    b"urn:com:apple:photo:2020:aux:hdrgainmap",
    b"urn:com:apple:photo:2018:aux:portraiteffectsmatte",
)


def portrait(image: Image.Image) -> bytes:
    """What a phone held upright makes of a person: tiles, to be turned by `irot` and not again by the EXIF that says
    the same, with a thumbnail, depth, a gain map and a mask."""
    stored, turn = image.transpose(Image.Transpose.ROTATE_90), turned(3)
    tiles, grid = _grid(stored, 2, 2, turn)
    small = stored.resize((64, 64))
    exif = Image.Exif()
    exif[0x0112] = 6
    added = [coded(small, turn, full(b"auxC", 0, name, b"\0")) for name in _AUXILIARY]
    notes = Item(b"Exif", struct.pack(">I", 6) + exif.tobytes(), [])
    more = [
        referring(b"thmb", 6, 5),
        *(referring(b"auxl", number, 5) for number in (7, 8, 9)),
        referring(b"cdsc", 10, 5),
    ]
    return heic([*tiles, grid, coded(small, turn), *added, notes], primary=5, made_of={5: [1, 2, 3, 4]}, more=more)
