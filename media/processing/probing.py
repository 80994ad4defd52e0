"""What is in a video, as ffmpeg says it before it does anything (there is no ffprobe beside the wheel's ffmpeg)."""

import re
from typing import NamedTuple

_DURATION = re.compile(r"^  Duration: (\d+):(\d+):(\d+(?:\.\d+)?)", re.MULTILINE)
_STREAM = re.compile(r"^ {2,4}Stream #0:(\d+)\S*: (Video|Audio): (\w+)(.*)$")
_SIZE = re.compile(r", (\d{1,6})x(\d{1,6})\b")
_RATIO = re.compile(r"SAR (\d{1,9}):(\d{1,9})")
_ROTATION = re.compile(r"display ?matrix: rotation of (-?\d+(?:\.\d+)?)", re.IGNORECASE)
HDR = ("smpte2084", "arib-std-b67")  # the curves of HDR10 and of HLG


class Stream(NamedTuple):
    """One stream: its number, `Video` or `Audio`, its codec, and all that was said about it."""

    number: int
    medium: str
    codec: str
    about: str


class Probed(NamedTuple):
    """Seconds (None if unknown) and streams of a file."""

    seconds: float | None
    streams: list[Stream]

    def first(self, medium: str) -> Stream | None:
        """The first stream of a medium; a cover picture is no video."""
        return next((s for s in self.streams if s.medium == medium and "(attached pic)" not in s.about), None)


def parse(text: str) -> Probed:
    """Reads what `ffmpeg -i` prints."""
    found = _DURATION.search(text)
    seconds = int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3]) if found else None
    streams: list[Stream] = []
    for line in text.splitlines():
        start = _STREAM.match(line)
        if start:
            streams.append(Stream(int(start[1]), start[2], start[3], start[4]))
        elif streams:
            streams[-1] = streams[-1]._replace(about=f"{streams[-1].about}\n{line}")
    return Probed(seconds, streams)


def stored_size(video: Stream) -> tuple[int, int]:
    """Width and height of its frames in pixels; zeros if they are not known."""
    found = _SIZE.search(video.about.partition("\n")[0])
    return (int(found[1]), int(found[2])) if found else (0, 0)


def upright_size(video: Stream) -> tuple[int, int]:
    """Width and height as it is looked at: with square pixels, turned as the camera was held."""
    width, height = stored_size(video)
    ratio = _RATIO.search(video.about)
    if ratio and int(ratio[1]) and int(ratio[2]):
        width = max(1, round(width * int(ratio[1]) / int(ratio[2])))
    turn = _ROTATION.search(video.about)
    lying = turn is not None and 45 < abs(float(turn[1])) % 180 < 135
    return (height, width) if lying else (width, height)


def curve(video: Stream) -> str | None:
    """The transfer curve of an HDR video; None for any other."""
    return next((name for name in HDR if name in video.about.partition("\n")[0]), None)
