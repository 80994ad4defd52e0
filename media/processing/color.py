"""What the numbers of a picture mean, decided in one place for every container.

The order: an ICC profile, then code points (of a PNG the code points come first), then PNG's sRGB, then its gamma and
chromaticities, then EXIF; else sRGB. What is broken or means nothing is passed over. No Django here: a confined child
loads this file.
"""

from collections.abc import Iterator
from typing import NamedTuple

from media.formats.signals import Chromaticities, Cicp, ColorSignals
from media.processing import icc, tone_map

D65 = (0.3127, 0.3290)
_C, _E, _DCI = (0.310, 0.316), (1 / 3, 1 / 3), (0.314, 0.351)
SRGB = Chromaticities(D65, (0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
ADOBE_RGB = Chromaticities(D65, (0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
ADOBE_GAMMA = 563 / 256
_BT601 = Chromaticities(D65, (0.630, 0.340), (0.310, 0.595), (0.155, 0.070))
PRIMARIES = {  # of ITU-T H.273, table 2
    1: SRGB,
    4: Chromaticities(_C, (0.67, 0.33), (0.21, 0.71), (0.14, 0.08)),
    5: Chromaticities(D65, (0.64, 0.33), (0.29, 0.60), (0.15, 0.06)),
    6: _BT601,
    7: _BT601,
    8: Chromaticities(_C, (0.681, 0.319), (0.243, 0.692), (0.145, 0.049)),
    9: Chromaticities(D65, (0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    11: Chromaticities(_DCI, (0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
    12: Chromaticities(D65, (0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
    22: Chromaticities(D65, (0.630, 0.340), (0.295, 0.605), (0.155, 0.077)),
}
_HDR = {16: tone_map.light_of_pq, 18: tone_map.light_of_hlg}
_GAMMAS = {
    4: 2.2,
    5: 2.8,
    8: 1.0,
}  # transfers that are a power; all others are close to sRGB's
_UNSPECIFIED = {0, 2, 3}
_SAME = 0.002  # chromaticities closer than this are the same
_SRGB_GAMMA = (0.44, 0.47)  # PNG's gamma of about 1/2.2: programs write it for sRGB


class Meaning(NamedTuple):
    """How to get to sRGB: a table of 256 tones, then a profile to convert from; None is "as it is"."""

    tones: list[int] | None = None
    profile: bytes | None = None


def meanings(signals: ColorSignals, *, is_adobe_rgb: bool = False) -> Iterator[Meaning]:
    """What the signals say, what counts first; sRGB is the last. A profile may be broken, or for other modes."""
    if signals.cicp_first:
        yield from _of_cicp(signals.cicp)
    if signals.icc:
        hdr = icc.cicp_of(signals.icc)
        yield from _of_cicp(hdr if hdr and hdr.transfer in _HDR else None)
        yield Meaning(profile=signals.icc)
    if not signals.cicp_first:
        yield from _of_cicp(signals.cicp)
    if not signals.is_srgb:
        yield from _of_gamma(signals.gamma, signals.chromaticities)
        if is_adobe_rgb:
            yield Meaning(profile=icc.profile_of(ADOBE_RGB, ADOBE_GAMMA))
    yield Meaning()


def _of_cicp(cicp: Cicp | None) -> Iterator[Meaning]:
    if cicp is None or {cicp.primaries, cicp.transfer} <= _UNSPECIFIED:
        return
    curve = _HDR.get(cicp.transfer)
    tones = curve and [round(255 * tone_map.srgb_of(tone_map.compressed(curve(code / 255)))) for code in range(256)]
    primaries, gamma = PRIMARIES.get(cicp.primaries, SRGB), _GAMMAS.get(cicp.transfer)
    is_srgb = primaries == SRGB and gamma is None
    yield Meaning(tones, None if is_srgb else icc.profile_of(primaries, gamma))


def _of_gamma(gamma: float | None, chromaticities: Chromaticities | None) -> Iterator[Meaning]:
    if not gamma and chromaticities is None:
        return
    is_usual = not gamma or _SRGB_GAMMA[0] < gamma < _SRGB_GAMMA[1]
    if is_usual and (chromaticities is None or _is_srgb(chromaticities)):
        yield Meaning()
        return
    try:
        yield Meaning(profile=icc.profile_of(chromaticities or SRGB, None if is_usual or not gamma else 1 / gamma))
    except ValueError:
        return


def _is_srgb(chromaticities: Chromaticities) -> bool:
    pairs = zip(chromaticities, SRGB, strict=True)
    return all(abs(x - a) < _SAME and abs(y - b) < _SAME for (x, y), (a, b) in pairs)
