"""The filters between a video's frames and the encoder: one picture after the other, of square pixels, in BT.709.

The numbers of HDR and of wide primaries are converted in RGB of 16 bits, by tables that are made of the same functions
as a photo's (`media.processing.tone_map`) and by the matrices of ITU-R BT.2087 and of P3; no part of ffmpeg is needed
that a build may lack. What a file does not say is what its curve implies, then what players take its size for.
"""

import functools
from collections.abc import Callable
from dataclasses import replace

from media.processing import tone_map
from media.processing.probing import VideoStream

SHORT_SIDE = 720
_HD = 720  # lines; what has fewer is taken for BT.601 where it says nothing
_FIT = f"min(1\\,{SHORT_SIDE}/min(iw*sar\\,ih))/2"  # never larger than it is; half, because sides must be even
_SIZE = f"w=2*max(1\\,floor(iw*sar*{_FIT}+0.01)):h=2*max(1\\,floor(ih*{_FIT}+0.01))"
_OUT = "out_color_matrix=bt709:out_range=tv"
_TAGS = "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
_END = f"format=yuv420p,{_TAGS},setsar=1,sidedata=mode=delete"
# What is seen through is white, as behind pictures that move.
_ON_WHITE = (
    "format=yuva420p,split[ground][picture];[ground]lutyuv=y={}:u=128:v=128:a=255[white];[white][picture]overlay"
)
# The same for colors that alpha has multiplied already: white is added for as much as alpha lacks.
_MULTIPLIED_ON_WHITE = (
    "[{}]scale={},format=gbrp[picture];[{}]format=gbrp,negate[ground];[picture][ground]blend=all_mode=addition"
)
_DEINTERLACE = "bwdif=mode=send_field:deint=interlaced"  # each of the two moments of a frame becomes a frame
_EXACT = "flags=bicubic+accurate_rnd+full_chroma_int"
_MATRICES = {
    "bt709": "bt709",
    "smpte170m": "bt601",
    "bt470bg": "bt601",
    "fcc": "fcc",
    "smpte240m": "smpte240m",
    "bt2020nc": "bt2020",
    "bt2020c": "bt2020",
}
_P3 = ((1.2249, -0.2247, 0.0), (-0.0420, 1.0419, 0.0), (-0.0197, -0.0786, 1.0979))
_2020 = ((1.6605, -0.5876, -0.0728), (-0.1246, 1.1329, -0.0083), (-0.0182, -0.1006, 1.1187))
_TO_709 = {"bt2020": _2020, "smpte432": _P3, "smpte431": _P3}  # what else there is differs too little to be seen
_CURVES = {"smpte2084": tone_map.light_of_pq, "arib-std-b67": tone_map.light_of_hlg}
_POINTS = 128


def chain(video: VideoStream) -> str:
    """All that is needed for this stream."""
    is_converted = video.hdr_transfer is not None or _primaries(video) in _TO_709
    scale = f"scale={_SIZE}:{_reading(video)}"
    is_full = video.color_range == "pc" and video.pixel_format.startswith("yuv")
    filters = [_ON_WHITE.format(255 if is_full else 235)] if video.has_alpha else []
    filters += [_DEINTERLACE] if video.is_interlaced else []
    filters += [f"{scale}:{_EXACT}", *_to_sdr(video), f"scale={_OUT}"] if is_converted else [f"{scale}:{_OUT}"]
    return ",".join([*filters, _END])


def chain_of_two(video: VideoStream) -> str:
    """The same for a stream whose alpha is another one, from the names of both."""
    picture, alpha = (f"0:{number}" for number in (video.number, video.alpha_number))
    if video.is_premultiplied:
        opaque = replace(video, has_alpha=False, pixel_format="gbrp")
        return f"{_MULTIPLIED_ON_WHITE.format(picture, _reading(video), alpha)},{chain(opaque)}"
    return f"[{picture}][{alpha}]alphamerge,{chain(video)}"


def plain_chain() -> str:
    """The least that makes a video which can be played: for a stream with which the above cannot be set up."""
    return f"scale={_SIZE},format=yuv420p,setsar=1,sidedata=mode=delete"


def _reading(video: VideoStream) -> str:
    """How its numbers are to be read. RGB needs no words for that."""
    if not video.pixel_format.startswith(("yuv", "nv", "p0", "gray")):
        return "in_range=auto"
    return f"in_color_matrix={_matrix(video)}:in_range={'pc' if video.color_range == 'pc' else 'tv'}"


def _matrix(video: VideoStream) -> str:
    if video.color_matrix in _MATRICES:
        return _MATRICES[video.color_matrix]
    if video.color_matrix:  # one that this ffmpeg may know
        return "auto"
    if _primaries(video) == "bt2020":
        return "bt2020"
    return "bt709" if min(video.width, video.height) >= _HD or max(video.width, video.height) > 1024 else "bt601"


def _primaries(video: VideoStream) -> str:
    return video.color_primaries or ("bt2020" if video.hdr_transfer else "")


def _to_sdr(video: VideoStream) -> list[str]:
    """From what its transfer curve and primaries mean to RGB of BT.709, by way of light."""
    rows = _TO_709.get(_primaries(video))
    mixed = [_mixer(rows)] if rows else []
    return ["format=gbrp16le", f"curves=all='{_to_light(video.hdr_transfer)}'", *mixed, f"curves=all='{_to_code()}'"]


def _mixer(rows: tuple[tuple[float, ...], ...]) -> str:
    named = zip("rgb", rows, strict=True)
    parts = [f"{to}{of}={value}" for to, row in named for of, value in zip("rgb", row, strict=True)]
    return f"colorchannelmixer={':'.join(parts)}"


@functools.cache
def _to_light(transfer: str | None) -> str:
    """The table from codes to light that a screen can show."""
    if transfer is None:
        return _table(_light_of_srgb)
    curve = _CURVES[transfer]
    return _table(lambda code: tone_map.compressed(curve(code)))


@functools.cache
def _to_code() -> str:
    """The way back, with points where the curve is steep."""
    return _table(tone_map.srgb_of, _light_of_srgb)


def _light_of_srgb(code: float) -> float:
    return code / 12.92 if code <= 0.04045 else float(((code + 0.055) / 1.055) ** 2.4)


def _table(to: Callable[[float], float], of: Callable[[float], float] = float) -> str:
    """Points of a function as the filter takes them; between them it draws a line of its own."""
    places = [of(step / _POINTS) for step in range(_POINTS + 1)]
    return " ".join(f"{place:.7f}/{min(max(to(place), 0.0), 1.0):.7f}" for place in places)
