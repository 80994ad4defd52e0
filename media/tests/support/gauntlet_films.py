"""Videos of the gauntlet: as phones and browsers make them, and as nobody should. Each function makes one file."""

import struct

from media.tests.support.films import H264, HEVC, VP9, box, film
from media.tests.support.heifs import box as boxed
from media.tests.support.photographs import photo
from media.tests.support.spoiling import CANARY, SCRIPT

FAST = (*H264, "-movflags", "+faststart")
OPUS = ("-c:a", "libopus", "-b:a", "32k")
FTYP = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"
TAGS = ("title", "comment", "location", "com.apple.quicktime.location.ISO6709")


def tagged(*options: str, ending: str) -> bytes:
    """With where it was filmed, and by whom."""
    tags = [part for tag in TAGS for part in ("-metadata", f"{tag}=+41.03+028.97/{CANARY.decode()}")]
    more = ["-movflags", "use_metadata_tags"] if ending != "webm" else []
    data = film(*options, *tags, *more, ending=ending, sound=True)
    assert CANARY in data
    return data


def hdr(curve: str) -> bytes:
    """Ten bits in BT.2020, with the curve of HLG or HDR10."""
    named = f"setparams=color_primaries=bt2020:colorspace=bt2020nc:color_trc={curve}"
    return film(*HEVC, "-vf", f"scale=out_color_matrix=bt2020nc,format=yuv420p10le,{named}", ending="mov")


def uneven() -> bytes:
    """Frames at 0, 1/30 and 1 s."""
    return film(*H264, "-vf", "select='eq(n,0)+eq(n,1)+eq(n,30)'", "-fps_mode", "vfr", rate=30)


def many_sounds(count: int) -> bytes:
    maps = ["-map", "0:v", *["-map", "1:a"] * count]
    return film(*maps, *H264, "-c:a", "aac", "-b:a", "16k", sound=True)


def changed(data: bytes, name: bytes, offset: int, *values: int) -> bytes:
    """The same with 32-bit numbers in a box overwritten."""
    spoiled = bytearray(data)
    struct.pack_into(f">{len(values)}I", spoiled, box(data, name) + 8 + offset, *values)
    return bytes(spoiled)


def lasting(seconds: int) -> bytes:
    """One whose header says so."""
    data = film()
    (scale,) = struct.unpack_from(">I", data, box(data, b"mvhd") + 20)
    return changed(data, b"mvhd", 16, seconds * scale)


def sized(width: int, height: int) -> bytes:
    """One whose header says so."""
    return changed(film(), b"tkhd", 76, width << 16, height << 16)


def noise() -> bytes:
    """A film whose pictures are overwritten."""
    data = film(*FAST, seconds=2)
    start = box(data, b"mdat") + 8
    return data[:start] + bytes(n * 31 % 251 for n in range(len(data) - start))


def playlist_inside() -> bytes:
    body = b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
    return FTYP + boxed(b"moov") + boxed(b"mdat", body)


def pointing() -> bytes:
    """A film whose pictures are said to be in /etc/passwd."""
    data, path = film(*H264), b"file:///etc/passwd\0"
    old = b"\0\0\0\x0curl \0\0\0\x01"
    spoiled = bytearray(data.replace(old, struct.pack(">I4sI", 12 + len(path), b"url ", 0) + path))
    for name in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):  # around it; the pictures stand before
        at = box(data, name)
        struct.pack_into(">I", spoiled, at, struct.unpack_from(">I", data, at)[0] + len(path))
    return bytes(spoiled)


def boxes_in_boxes(depth: int) -> bytes:
    inner = b"".join(struct.pack(">I4s", 8 * (depth - level), b"trak") for level in range(depth))
    return FTYP + boxed(b"moov", inner)


def tracks_of_nothing(count: int) -> bytes:
    return FTYP + boxed(b"moov", *[boxed(b"trak", boxed(b"tkhd", bytes(84)))] * count)


def script_inside() -> bytes:
    return film(*FAST) + boxed(b"free", SCRIPT)


def cover_alone() -> bytes:
    """Sound, and a picture of the album."""
    return film("-map", "1:a", "-c:a", "aac", sound=True) + boxed(b"free", photo())


def webm_in_circles() -> bytes:
    """A segment that holds segments of unknown length."""
    head = b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm"
    return head + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" * 2000


def gif_bomb(frames: int, hundredths: int) -> bytes:
    """So many frames of one pixel, in a few bytes each, shown so long each."""
    head = b"GIF89a\x01\0\x01\0\x80\0\0" + bytes(3) + b"\xff\xff\xff"
    frame = b"!\xf9\x04\0" + struct.pack("<H", hundredths) + b"\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0"
    return head + frame * frames + b";"


def one_frame() -> bytes:
    return film(*H264, "-frames:v", "1")


def cut_start() -> bytes:
    """Begins at its second half second: an edit list says so."""
    return film(*H264, "-vf", "setpts=PTS+0.5/TB", "-avoid_negative_ts", "disabled")


def upright(turn: int) -> bytes:
    """Filmed with the camera turned: the display matrix says how to look at it."""
    return film(*HEVC, ending="mov", turn=turn)


def webm(*options: str, size: tuple[int, int] = (160, 90)) -> bytes:
    return film(*VP9, *options, ending="webm", size=size)
