"""Photos of the gauntlet: as phones and programs make them, and as nobody should. Each function makes one file."""

import io
import struct
import zlib
from typing import Any

import pillow_heif
from PIL import Image, ImageCms

from media.tests.support import heifs
from media.tests.support.photographs import encoded, painted, photo
from media.tests.support.spoiling import CANARY, SCRIPT

BACK = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
_PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
_P3 = {  # the primaries of Display P3, adapted to D50
    b"rXYZ": (0.51512, 0.24120, -0.00105),
    b"gXYZ": (0.29198, 0.69225, 0.04189),
    b"bXYZ": (0.15710, 0.06657, 0.78407),
}


# -- JPEG --------------------------------------------------------------------------------------------
def lying(orientation: int, kind: str = "JPEG", size: tuple[int, int] = (700, 500)) -> bytes:
    """Stored as the sensor saw it, with a word on how the camera was held."""
    back, exif = BACK[orientation], Image.Exif()
    exif[0x0112], exif[0x010E] = orientation, CANARY.decode()
    image = painted(*size).transpose(back) if back is not None else painted(*size)
    return encoded(image, kind, exif=exif.tobytes())


def wide_gamut() -> bytes:
    """The painted picture in the numbers of Display P3."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    profile = bytearray(srgb.tobytes())
    for at in range(132, 132 + 12 * int.from_bytes(profile[128:132]), 12):
        name, offset = bytes(profile[at : at + 4]), int.from_bytes(profile[at + 4 : at + 8])
        if name in _P3:
            struct.pack_into(">3i", profile, offset + 8, *(round(value * 65536) for value in _P3[name]))
    p3 = ImageCms.ImageCmsProfile(io.BytesIO(bytes(profile)))
    image = ImageCms.profileToProfile(painted(700, 500), srgb, p3)
    return encoded(image, "JPEG", quality=98, subsampling=0, icc_profile=bytes(profile))


def segment(code: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, code, len(body) + 2) + body


def jpeg_with(*segments: bytes) -> bytes:
    """A photo with these before everything else."""
    data = photo("JPEG", 700, 500)
    return data[:2] + b"".join(segments) + data[2:]


def exif_of(directory: bytes) -> bytes:
    return segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08" + directory)


def exif_loop() -> bytes:
    """A directory that is followed by itself, and whose part is itself."""
    entry = struct.pack(">HHII", 0x8769, 4, 1, 8)
    return jpeg_with(exif_of(struct.pack(">H", 1) + entry + struct.pack(">I", 8)))


def exif_bomb() -> bytes:
    """One that claims four thousand million values."""
    entries = b"".join(struct.pack(">HHII", 0x9000 + n, 12, 0xFFFFFFFF, 8) for n in range(5000))
    return jpeg_with(exif_of(struct.pack(">H", 5000) + entries))


def several_pictures() -> bytes:
    """A JPEG with more JPEGs behind it (MPF)."""
    file = io.BytesIO()
    painted(700, 500).save(file, "MPO", save_all=True, append_images=[Image.new("RGB", (700, 500), "white")])
    return file.getvalue()


def gain_map() -> bytes:
    """An HDR photo: a JPEG, and behind it how much brighter which part of it is."""
    xmp = b'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta hdrgm:Version="1.0" note="' + CANARY + b'"/>'
    return jpeg_with(segment(0xE1, xmp)) + encoded(Image.new("L", (175, 125), 128), "JPEG")


def with_frame(**changes: int) -> bytes:
    """A JPEG whose frame header says otherwise: `bits`, `height`, `width`."""
    data = bytearray(photo("JPEG", 700, 500))
    at = data.index(b"\xff\xc0")
    for name, value in changes.items():
        struct.pack_into(">B" if name == "bits" else ">H", data, at + {"bits": 4, "height": 5, "width": 7}[name], value)
    return bytes(data)


def lossless() -> bytes:
    """A JPEG whose frame header says that it is coded without loss."""
    return photo("JPEG", 700, 500).replace(b"\xff\xc0", b"\xff\xc3", 1)


# -- PNG ---------------------------------------------------------------------------------------------
def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_of(width: int, height: int, data: bytes = b"", depth: int = 8, colour: int = 0, interlaced: int = 0) -> bytes:
    """A PNG whose header says so, whatever follows."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def png_with(*chunks: bytes) -> bytes:
    """A PNG with these behind its header."""
    data = photo("PNG", 700, 500)
    return data[:33] + b"".join(chunks) + data[33:]


def deep(alpha: bool = False) -> bytes:
    """Sixteen bits a channel."""
    image = painted(120, 80).convert("RGBA" if alpha else "RGB")
    wide = bytes(half for byte in image.tobytes() for half in (byte, byte))
    row = len(wide) // image.height
    rows = b"".join(b"\0" + wide[at : at + row] for at in range(0, len(wide), row))
    return png_of(120, 80, zlib.compress(rows), 16, 6 if alpha else 2)


def interlaced() -> bytes:
    image, rows = painted(120, 80), bytearray()
    for left, top, across, down in _PASSES:
        for y in range(top, 80, down):
            rows += b"\0" + b"".join(bytes(image.getpixel((x, y))) for x in range(left, 120, across))
    return png_of(120, 80, zlib.compress(bytes(rows)), 8, 2, 1)


def text_bomb(name: bytes) -> bytes:
    """A text of 300 MB in 300 kB."""
    head = {b"zTXt": b"Comment\0\0", b"iTXt": b"Comment\0\x01\0\0\0", b"iCCP": b"Profile\0\0"}[name]
    return png_with(chunk(name, head + zlib.compress(bytes(300_000_000), 9)))


def flat(width: int, height: int) -> bytes:
    """As many pixels as are taken, in a few kilobytes."""
    return png_of(width, height, zlib.compress(bytes((width + 1) * height)))


def data_bomb() -> bytes:
    """A hundred pixels a side, and pixels for thirty thousand."""
    return png_of(100, 100, zlib.compress(bytes(300_000_000), 9))


def wrong_sum() -> bytes:
    data = bytearray(photo("PNG", 700, 500))
    data[data.index(b"IDAT") - 8 - 1] ^= 0xFF  # of the chunk before: the header's
    return bytes(data)


def of_programs() -> bytes:
    """As Xcode rewrites the PNGs of a program for phones."""
    data = photo("PNG")
    return data[:8] + chunk(b"CgBI", b"\x50\0\x20\2") + data[8:]


# -- WebP and GIF ------------------------------------------------------------------------------------
def moving(kind: str, count: int = 3) -> bytes:
    """A picture that moves; what is shown is where it begins."""
    file = io.BytesIO()
    frames = [Image.new("RGB", (120, 80), (n % 256, n // 256 % 256, 7)) for n in range(count - 1)]
    painted().save(file, kind, save_all=True, append_images=frames, duration=100)
    return file.getvalue()


def webp_canvas(width: int, height: int) -> bytes:
    """A WebP whose canvas says so."""
    canvas = bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + canvas + photo("WEBP")[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


def gif_liar(width: int, height: int) -> bytes:
    """A GIF whose canvas is small and whose frame is not."""
    data = bytearray(encoded(Image.new("P", (8, 8)), "GIF"))
    struct.pack_into("<HH", data, data.index(b",") + 5, width, height)
    return bytes(data)


def gif_script() -> bytes:
    """A GIF that is a program as well."""
    return photo("GIF", 120, 80, comment=b"*/=1;" + SCRIPT + b"/*")


# -- HEIC and AVIF -----------------------------------------------------------------------------------
def ten_bits() -> bytes:
    image, file = painted(128, 64), io.BytesIO()
    raw = b"".join(struct.pack("<H", byte * 257) for byte in image.tobytes())
    pillow_heif.from_bytes("RGB;16", image.size, raw).save(file, quality=90)
    return file.getvalue()


def see_through(kind: str) -> bytes:
    image = painted(120, 80).convert("RGBA")
    image.putalpha(Image.new("L", (120, 80), 200))
    return encoded(image, kind)


def heic_turned(quarters: int) -> bytes:
    stored = painted(256, 128).rotate(-90 * quarters, expand=True)
    return heifs.heic([heifs.coded(stored, heifs.turned(quarters))])


def heic_mirrored(axis: int) -> bytes:
    back = Image.Transpose.FLIP_LEFT_RIGHT if axis else Image.Transpose.FLIP_TOP_BOTTOM
    return heifs.heic([heifs.coded(painted(256, 128).transpose(back), heifs.mirrored(axis))])


def grid(*properties: bytes) -> bytes:
    return heifs.tiled(painted(256, 256).rotate(-90 * len(properties)), *properties)


def grid_bomb() -> bytes:
    """Four thousand million pixels of one small tile, again and again."""
    tile = heifs.coded(painted(64, 64))
    plan = heifs.Item(b"grid", struct.pack(">BBBBHH", 0, 0, 255, 255, 65535, 65535), [heifs.size_of(120, 80)])
    return heifs.heic([tile, plan], primary=2, made_of={2: [1] * 65535})


def grid_of_itself() -> bytes:
    """A picture that is a tile of itself."""
    plan = struct.pack(">BBBBHH", 0, 0, 0, 0, 128, 64)
    return heifs.heic([heifs.Item(b"grid", plan, [heifs.size_of(128, 64)])], made_of={1: [1]})


def sized(data: bytes, width: int, height: int) -> bytes:
    """The same, saying another size."""
    spoiled = bytearray(data)
    struct.pack_into(">II", spoiled, data.index(b"ispe") + 8, width, height)
    return bytes(spoiled)


def boxes_in_boxes(depth: int) -> bytes:
    """Properties of properties of properties …"""
    inner = b"".join(struct.pack(">I4s", 8 * (depth - level), b"iprp") for level in range(depth))
    return heifs.HEAD + struct.pack(">I4s", 12 + len(inner), b"meta") + bytes(4) + inner


def painted_as(kind: str, mode: str = "RGB", **options: Any) -> bytes:
    """The painted picture in another mode."""
    return encoded(painted(700, 500).convert(mode), kind, **options)
