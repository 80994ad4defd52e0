"""The box structure of HEIC, AVIF, MP4 and MOV: brands, sizes of pictures and declared duration."""

import io
import struct
from collections.abc import Iterator
from itertools import islice
from typing import IO, NamedTuple

from media.formats.errors import CorruptFile, EncryptedFile, NoVideo, UnsupportedFormat

_MAX_BOXES = 4096
_MAX_META_BYTES = 4 * 1024 * 1024
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
_HEIF = {b"mif1", b"msf1"}
_PROPERTIES = (b"iprp", b"ipco")
_AVIF = {b"avif", b"avis"}
_MOV, _M4V = {b"qt  "}, {b"M4V ", b"M4VH", b"M4VP"}
_MP4 = {b"isom", b"mp41", b"mp42", b"avc1", b"mp71", b"dash", *(b"iso%d" % number for number in range(2, 10))}
UNKNOWN_BRAND = "video/unknown"
_SOUND = {b"M4A ", b"M4B ", b"M4P "}
_OTHER_PICTURES = {b"crx ": "A raw photo", b"jp2 ": "JPEG 2000", b"jpx ": "JPEG 2000", b"jxl ": "JPEG XL"}
# What a file of QuickTime may begin with that is older than brands.
OLD_QUICKTIME = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
_MAX_LEADING = 8  # boxes before the one that says the type
_MAX_TRACKS = 64
_DESCRIPTION = (b"mdia", b"minf", b"stbl", b"stsd")
_HANDLER = (b"mdia", b"hdlr")
_SEEN, _HEARD = {b"vide", b"pict"}, b"soun"  # handlers; "pict" is of image sequences
_MAX_FORMATS = 8  # of the samples of a track
_ENCRYPTED = {b"encv", b"drmi"}  # formats of pictures, by ISO/IEC 14496-12 and by iTunes


class BrokenBox(CorruptFile):
    """A box that ends beyond what it stands in, or before its own beginning."""

    def __init__(self, name: bytes) -> None:
        super().__init__("The file's boxes are broken")
        self.name = name


class Movie(NamedTuple):
    """What a video says of itself: seconds, and the largest width and height of its tracks (zeros for none).

    Of those with a size also for how many seconds they last, and of those without; zero where that is not known.
    """

    seconds: float
    width: int
    height: int
    picture_seconds: float = 0.0
    sound_seconds: float = 0.0


class _Track(NamedTuple):
    """Width, height and duration (in the movie's units), what kind of track it is ("vide", "soun"), and the formats of
    its samples."""

    width: int = 0
    height: int = 0
    units: int = 0
    handler: bytes = b""
    formats: frozenset[bytes] = frozenset()


def iter_boxes(file: IO[bytes], end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of the contents of each box from here to `end`."""
    for _ in range(_MAX_BOXES):
        start = file.tell()
        head = file.read(8)
        if start + 8 > end or len(head) < 8:
            return
        size, name = struct.unpack(">I4s", head)
        if size == 1:
            (size,) = struct.unpack(">Q", file.read(8).ljust(8, b"\0"))
        stop = end if size == 0 else start + size
        if stop <= file.tell() - 1 or stop > end:
            raise BrokenBox(name)
        yield name, file.tell(), stop
        file.seek(stop)


def _brands(file: IO[bytes], start: int, stop: int) -> tuple[bytes, set[bytes]]:
    """The brand it is written in, and all that it is readable as."""
    file.seek(start)
    data = file.read(min(stop - start, 1024))
    return data[0:4], {data[0:4], *(data[at : at + 4] for at in range(8, len(data), 4))}


def brand_of(file: IO[bytes]) -> bytes:
    """The brand it is written in, of a file that begins with it."""
    file.seek(8)
    return file.read(4)


def name_of_meta(file: IO[bytes]) -> int | None:
    """Where the name stands of the box that says which pictures there are; None for a file of frames alone, which may
    end early."""
    end = file.seek(0, io.SEEK_END)
    file.seek(0)
    try:
        start = next((start for name, start, _ in iter_boxes(file, end) if name == b"meta"), None)
    except BrokenBox:
        return None
    return None if start is None else name_place(file, start, b"meta")


def name_place(file: IO[bytes], start: int, name: bytes) -> int:
    """Where the name stands of a box whose contents start here: a size of 64 bits may be between."""
    file.seek(start - 4)
    return start - 4 if file.read(4) == name else start - 12


def _content_type(brand: bytes, brands: set[bytes]) -> str:
    """An unknown brand is that of an MP4, which is read by what is in it; whether there is a video is seen then."""
    video = _video_type({brand})
    if video is None and brands & (_AVIF | _HEIC | _HEIF):
        return _picture_type(brands)
    if video is None and brand in _SOUND:
        raise NoVideo
    if video is None and brand in _OTHER_PICTURES:
        raise UnsupportedFormat(f"{_OTHER_PICTURES[brand]} is not taken")
    return video or _video_type(brands) or UNKNOWN_BRAND


def _video_type(brands: set[bytes]) -> str | None:
    if brands & _MOV:
        return "video/quicktime"
    if brands & _M4V:
        return "video/x-m4v"
    return "video/mp4" if brands & _MP4 else None


def _picture_type(brands: set[bytes]) -> str:
    if brands & _AVIF:
        return "image/avif"
    return "image/heic" if brands & _HEIC else "image/heif"


def _sizes(file: IO[bytes], start: int, stop: int, path: tuple[bytes, ...] = _PROPERTIES) -> Iterator[tuple[int, int]]:
    """Every picture size (`ispe`) that the properties (`iprp/ipco`) of a `meta` box declare. No deeper than that.

    The format has one of each: a second is not looked into, so a file cannot make us read thousands of them.
    """
    file.seek(start)
    for name, inner, end in iter_boxes(file, stop):
        if path and name == path[0]:
            yield from _sizes(file, inner, end, path[1:])
            return
        if not path and name == b"ispe" and end - inner >= 12:
            file.seek(inner + 4)
            width, height = struct.unpack(">II", file.read(8).ljust(8, b"\0"))
            yield width, height


def sniff_boxes(file: IO[bytes]) -> tuple[str, Movie]:
    """Content type, and the largest declared width and height; `UnsupportedFormat` or `CorruptFile` otherwise."""
    length = file.seek(0, io.SEEK_END)
    file.seek(0)
    leading = islice(iter_boxes(file, length), _MAX_LEADING)
    start, stop = next(((start, stop) for name, start, stop in leading if name == b"ftyp"), (0, 0))
    content_type = _content_type(*_brands(file, start, stop)) if stop else "video/quicktime"
    if content_type == UNKNOWN_BRAND:
        return "video/mp4", _movie_of_unknown_brand(file)
    if content_type.startswith("video/"):
        return content_type, read_movie(file)
    file.seek(stop)
    try:
        for name, start, stop in iter_boxes(file, length):
            if name == b"meta" and stop - start <= _MAX_META_BYTES:
                size = max(_sizes(file, start + 4, stop), key=lambda size: size[0] * size[1], default=(0, 0))
                return content_type, Movie(0, *size)
    except BrokenBox as broken:
        if broken.name != b"mdat":
            raise
    if not _tracks(file):
        raise CorruptFile("The file holds no picture")
    return content_type, read_movie(file)  # of frames alone


def _movie_of_unknown_brand(file: IO[bytes]) -> Movie:
    """`UnsupportedFormat` for what says of no track that it is seen."""
    try:
        movie = read_movie(file)
    except CorruptFile:
        raise UnsupportedFormat from None
    if not (movie.width and movie.height):
        raise UnsupportedFormat
    return movie


def ends_early(file: IO[bytes]) -> bool:
    """Whether the frames' bytes, or its fragments, end before it says: what there is can be played.

    Anything else behind the index and the frames is not looked at, as players do. `CorruptFile` where the index is
    missing, or all frames are.
    """
    length = file.seek(0, io.SEEK_END)
    file.seek(0)
    seen = set()
    try:
        for name, _, _ in iter_boxes(file, length):
            seen.add(name)
    except BrokenBox as broken:
        if b"moov" not in seen or (b"mdat" not in seen and broken.name != b"mdat"):
            raise
        return broken.name == b"mdat" or (broken.name == b"moof" and b"moof" in seen)
    return False


def read_movie(file: IO[bytes]) -> Movie:
    """Reads the header of a film (`moov`), wherever it stands.

    `CorruptFile` without one, `EncryptedFile` and `NoVideo` where it says so.
    """
    length = file.seek(0, io.SEEK_END)
    file.seek(0)
    for name, start, stop in iter_boxes(file, length):
        if name == b"moov":
            return _movie(file, start, stop)
    raise CorruptFile("The video has no index: it was cut short")


def handlers(file: IO[bytes]) -> list[bytes]:
    """What kind each track is of."""
    return [_track(file, start, stop).handler for start, stop in _tracks(file)]


def seen_tracks(file: IO[bytes]) -> list[tuple[int, int]]:
    """Start and end of the contents of each track that is not of sound."""
    return [track for track in _tracks(file) if _track(file, *track).handler != _HEARD]


def picture_formats(file: IO[bytes]) -> set[bytes]:
    """The formats of what is to be seen."""
    tracks = (_track(file, start, stop) for start, stop in _tracks(file))
    return {name for track in tracks if track.handler in _SEEN for name in track.formats}


def is_premultiplied(file: IO[bytes], number: int) -> bool:
    """Whether the colors of the track of this number (from 0) are multiplied by the alpha of another."""
    track = next(islice(_tracks(file), number, None), None)
    return track is not None and _find(file, *track, (b"tref", b"prem")) is not None


def has_sound(file: IO[bytes]) -> bool:
    """Whether a track is of sound; not if its boxes are broken."""
    try:
        return _HEARD in handlers(file)
    except CorruptFile:
        return False


def sample_description(file: IO[bytes], number: int) -> int | None:
    """Where the name stands of the box that says in which format the track of this number (from 0) is."""
    track = next(islice(_tracks(file), number, None), None)
    place = _find(file, *track, _DESCRIPTION) if track else None
    return place[0] - 4 if place else None


def _tracks(file: IO[bytes]) -> list[tuple[int, int]]:
    """Start and end of the contents of each track of the movie."""
    length = file.seek(0, io.SEEK_END)
    file.seek(0)
    movie = next(((start, stop) for name, start, stop in iter_boxes(file, length) if name == b"moov"), (0, 0))
    file.seek(movie[0])
    boxes = islice(iter_boxes(file, movie[1]), _MAX_TRACKS)
    return [(start, stop) for name, start, stop in boxes if name == b"trak"]


def _find(file: IO[bytes], start: int, stop: int, path: tuple[bytes, ...]) -> tuple[int, int] | None:
    """Start and end of the contents of the first box at this path."""
    place: tuple[int, int] | None = (start, stop)
    for wanted in path:
        if place is None:
            return None
        file.seek(place[0])
        boxes = islice(iter_boxes(file, place[1]), _MAX_TRACKS)
        place = next(((inner, end) for name, inner, end in boxes if name == wanted), None)
    return place


def _movie(file: IO[bytes], start: int, stop: int) -> Movie:
    file.seek(start)
    scale, units, tracks = 0, 0, [_Track()]
    for name, inner, end in islice(iter_boxes(file, stop), _MAX_TRACKS):
        if name == b"mvhd":
            scale, units = _duration(file, inner)
        elif name == b"trak":
            tracks.append(_track(file, inner, end))
        elif name == b"rmra":
            raise CorruptFile("The video is in other files, which this one only names")
    _check_shown(tracks[1:])
    pictures = max((one.units for one in tracks if one.width and one.height), default=0)
    others = max((one.units for one in tracks if not (one.width and one.height)), default=0)
    seconds = (length / scale if scale else 0.0 for length in (units, pictures, others))
    return Movie(next(seconds), max(one.width for one in tracks), max(one.height for one in tracks), *seconds)


def _check_shown(tracks: list[_Track]) -> None:
    """Raises `NoVideo` if there is sound alone, and `EncryptedFile` if the first track of pictures is encrypted."""
    if tracks and all(one.handler == _HEARD for one in tracks):
        raise NoVideo
    pictures = next((one for one in tracks if one.handler == b"vide"), _Track())
    if pictures.formats & _ENCRYPTED:
        raise EncryptedFile


def _duration(file: IO[bytes], start: int) -> tuple[int, int]:
    """Units a second, and the duration in units, in a `mvhd` box of either version; 0 for unknown."""
    file.seek(start)
    data = file.read(32).ljust(32, b"\0")
    scale, units = struct.unpack_from(">IQ", data, 20) if data[0] == 1 else struct.unpack_from(">II", data, 12)
    return scale, _known(units)


def _known(units: int) -> int:
    return 0 if units in {0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF} else units


def _track(file: IO[bytes], start: int, stop: int) -> _Track:
    """What its `tkhd` box says, and its handler and formats; sound has no size."""
    handler, formats = _said_of_samples(file, start, stop)
    file.seek(start)
    for name, inner, _ in islice(iter_boxes(file, stop), _MAX_TRACKS):
        if name == b"tkhd":
            file.seek(inner)
            data = file.read(96).ljust(96, b"\0")
            width, height = struct.unpack_from(">II", data, 88 if data[0] == 1 else 76)
            (units,) = struct.unpack_from(">Q", data, 28) if data[0] == 1 else struct.unpack_from(">I", data, 20)
            return _Track(width >> 16, height >> 16, _known(units), handler, formats)
    return _Track(handler=handler, formats=formats)


def _said_of_samples(file: IO[bytes], start: int, stop: int) -> tuple[bytes, frozenset[bytes]]:
    """A track's handler and formats, nothing for what is broken: ffmpeg may read it all the same."""
    try:
        handler, formats = _find(file, start, stop, _HANDLER), _find(file, start, stop, _DESCRIPTION)
        names: set[bytes] = set()
        if formats:
            file.seek(formats[0] + 8)
            names = {name for name, *_ in islice(iter_boxes(file, formats[1]), _MAX_FORMATS)}
        file.seek(handler[0] + 8 if handler else stop)
        return file.read(4) if handler else b"", frozenset(names)
    except CorruptFile:
        return b"", frozenset()
