"""What is in a video, as ffprobe's JSON says it.

A value that is missing or "unknown" is None, zero or an empty string.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

HDR_TRANSFERS = ("smpte2084", "arib-std-b67")  # the curves of HDR10 and of HLG
SHORTEST_SOUND = 0.05  # seconds
INTERLACED = ("tt", "bb", "tb", "bt")
ENTRIES = (
    "format=duration"
    ":stream=index,codec_type,codec_name,profile,start_time,duration,width,height,pix_fmt,sample_aspect_ratio,field_order"
    ",color_primaries,color_transfer,color_space,color_range,avg_frame_rate,r_frame_rate,channels,channel_layout,sample_rate"
    ":stream_disposition=default,attached_pic:stream_side_data=rotation,projection:stream_tags=alpha_mode"
)
Fields = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Stream:
    """One stream: its number in the file, names as ffmpeg has them ("" if unknown), times in seconds.

    `start_seconds` is when it begins to be presented, edit lists applied.
    """

    number: int
    codec: str
    profile: str
    start_seconds: float | None
    duration_seconds: float | None
    is_default: bool


@dataclass(frozen=True, kw_only=True)
class AudioStream(Stream):
    """A stream of sound; zeros for what is not known."""

    channels: int
    sample_rate: int  # Hz
    layout: str  # of its channels, as ffmpeg names it: "stereo", "ambisonic 1"


class Subtitles(Stream):
    """A stream of words to be shown with the pictures."""


@dataclass(frozen=True, kw_only=True)
class VideoStream(Stream):
    """A stream of pictures: width and height as stored, in pixels, zeros if not known; names as ffmpeg has them."""

    width: int
    height: int
    sample_aspect: Fraction  # width of a pixel by its height
    rotation: int  # degrees, counterclockwise, by which a player turns it
    pixel_format: str
    color_primaries: str
    color_transfer: str
    color_matrix: str
    color_range: str
    field_order: str
    frame_rate: Fraction | None  # frames a second, on average
    is_cover: bool  # an attached picture
    is_all_around: bool  # to be looked at from inside
    has_alpha: bool  # in a layer of its own, as WebM has it
    alpha_number: int | None = None  # of the stream that this layer is, as AVIF has it
    is_premultiplied: bool = False  # the colors by that alpha

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height as it is looked at: with square pixels, turned as the camera was held."""
        width = max(1, round(self.width * self.sample_aspect)) if self.width else 0
        is_sideways = 45 < abs(self.rotation) % 180 < 135
        return (self.height, width) if is_sideways else (width, self.height)

    @property
    def hdr_transfer(self) -> str | None:
        """The transfer curve of an HDR video; None for any other."""
        return self.color_transfer if self.color_transfer in HDR_TRANSFERS else None

    @property
    def is_interlaced(self) -> bool:
        return self.field_order in INTERLACED


@dataclass(frozen=True)
class Probed:
    """Seconds (None if unknown) and streams of a file, in the file's order."""

    seconds: float | None
    streams: list[Stream]

    def first_video(self) -> VideoStream | None:
        """The first stream of pictures; a cover is no video."""
        return next((s for s in self.streams if isinstance(s, VideoStream) and not s.is_cover), None)

    def has_subtitles(self) -> bool:
        return any(isinstance(stream, Subtitles) for stream in self.streams)

    def has_audio(self) -> bool:
        """Whether there is sound, however it is written, that lasts long enough to be heard."""
        sounds = [stream for stream in self.streams if isinstance(stream, AudioStream)]
        return any(one.duration_seconds is None or one.duration_seconds > SHORTEST_SOUND for one in sounds)


def read(output: bytes) -> Probed:
    """Reads ffprobe's JSON with ENTRIES. Raises ValueError if it is not that."""
    document = json.loads(output)
    try:
        return Probed(_seconds(document.get("format", {}), "duration"), [_stream(s) for s in document["streams"]])
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("not ffprobe's JSON") from error


def _stream(fields: Fields) -> Stream:
    shared: dict[str, Any] = {
        "number": int(fields["index"]),
        "codec": _name(fields, "codec_name"),
        "profile": _name(fields, "profile"),
        "start_seconds": _seconds(fields, "start_time"),
        "duration_seconds": _seconds(fields, "duration"),
        "is_default": bool(_disposition(fields, "default")),
    }
    kind = fields.get("codec_type")
    if kind == "video":
        return VideoStream(**shared, **_of_video(fields))
    if kind == "audio":
        return AudioStream(**shared, **_of_audio(fields))
    return Subtitles(**shared) if kind == "subtitle" else Stream(**shared)


def _of_audio(fields: Fields) -> dict[str, Any]:
    return {
        "channels": _number(fields, "channels"),
        "sample_rate": _number(fields, "sample_rate"),
        "layout": _name(fields, "channel_layout"),
    }


def _of_video(fields: Fields) -> dict[str, Any]:
    return {
        "width": _number(fields, "width"),
        "height": _number(fields, "height"),
        "sample_aspect": _ratio(fields, "sample_aspect_ratio") or Fraction(1),
        "rotation": next((int(one["rotation"]) for one in fields.get("side_data_list", []) if "rotation" in one), 0),
        "pixel_format": _name(fields, "pix_fmt"),
        "color_primaries": _name(fields, "color_primaries"),
        "color_transfer": _name(fields, "color_transfer"),
        "color_matrix": _name(fields, "color_space"),
        "color_range": _name(fields, "color_range"),
        "field_order": _name(fields, "field_order"),
        "frame_rate": _ratio(fields, "avg_frame_rate") or _ratio(fields, "r_frame_rate"),
        "is_cover": bool(_disposition(fields, "attached_pic")),
        "has_alpha": fields.get("tags", {}).get("alpha_mode") == "1",
        "is_all_around": any("projection" in one for one in fields.get("side_data_list", [])),
    }


def _disposition(fields: Fields, key: str) -> int:
    return _number(fields.get("disposition", {}), key)


def _name(fields: Fields, key: str) -> str:
    name = str(fields.get(key, ""))
    return "" if name in {"unknown", "N/A"} else name


def _number(fields: Fields, key: str) -> int:
    return max(0, int(fields.get(key, 0)))


def _seconds(fields: Fields, key: str) -> float | None:
    value = fields.get(key, "N/A")
    seconds = math.nan if value == "N/A" else float(value)
    return seconds if math.isfinite(seconds) else None


def _ratio(fields: Fields, key: str) -> Fraction | None:
    """ "16:15" or "30000/1001"; None if it is missing, or zero ("not known")."""
    over, _, under = str(fields.get(key, "0")).replace(":", "/").partition("/")
    is_known = over.isdigit() and under.isdigit() and int(over) and int(under)
    return Fraction(int(over), int(under)) if is_known else None
