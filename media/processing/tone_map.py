"""The tone map from HDR to SDR, one for photos and videos: where white is, and what becomes of brighter light.

Light is relative: 1.0 is white paper, `WHITE_NITS` on a screen (ITU-R BT.2408). Each of red, green and blue is decoded
to light, compressed by `compressed`, and encoded with the curve of sRGB; the primaries are converted afterwards.
White paper comes out at 238 of 255, and there is room above it for highlights. No Django here: a confined child loads
this file.
"""

import math

WHITE_NITS = 203.0
HLG_PEAK_NITS = 1000.0  # of the screen for which HLG is decoded
HLG_GAMMA = 1.2  # its system gamma
KNEE = 0.6  # of white: light below stays as it is


def compressed(light: float) -> float:
    """Below 1, whatever it was: highlights lose contrast, the rest stays."""
    rest = 1 - KNEE
    return light if light <= KNEE else KNEE + rest * (1 - math.exp((KNEE - light) / rest))


def light_of_pq(code: float) -> float:
    """Of a code of 0 to 1 by SMPTE ST 2084."""
    root = code ** (1 / 78.84375)
    nits: float = 10000 * (max(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (1 / 0.1593017578125)
    return nits / WHITE_NITS


def light_of_hlg(code: float) -> float:
    """Of a code of 0 to 1 by ITU-R BT.2100, each color by itself."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = code * code / 3 if code <= 0.5 else (math.exp((code - c) / a) + b) / 12
    return float(HLG_PEAK_NITS * scene**HLG_GAMMA / WHITE_NITS)


def srgb_of(light: float) -> float:
    """The code, 0 to 1, of light of 0 to 1 by the curve of sRGB."""
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
