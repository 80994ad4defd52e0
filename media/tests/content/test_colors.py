"""Each way in which a file says what its colors are is honoured, in every container, in the order of its standard."""

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, ImageCms
from rest_framework.test import APIClient

from media.formats.signals import Chromaticities
from media.processing import color, icc, tone_map
from media.tests.support import heifs
from media.tests.support.gauntlet_photos import chunk, exif_of, wide_gamut
from media.tests.support.photographs import CORNERS, downloaded, encoded, near, opened, painted

Make = Callable[[Image.Image], bytes]
P3, BT2020, PQ, HLG, SRGB_CURVE = 12, 9, 16, 18, 13
CLOSE = 14
ADOBE = icc.profile_of(color.ADOBE_RGB, color.ADOBE_GAMMA)
SWAPPED = icc.profile_of(Chromaticities(color.D65, color.SRGB.green, color.SRGB.red, color.SRGB.blue))


def in_profile(profile: bytes) -> Image.Image:
    """The painted picture in the numbers of a profile."""
    srgb = ImageCms.createProfile("sRGB")
    return ImageCms.profileToProfile(painted(), srgb, ImageCms.ImageCmsProfile(io.BytesIO(profile)))


def png(image: Image.Image, *chunks: bytes) -> bytes:
    data = encoded(Image.frombytes(image.mode, image.size, image.tobytes()), "PNG")
    return data[:33] + b"".join(chunks) + data[33:]


def profile_chunk(profile: bytes) -> bytes:
    return chunk(b"iCCP", b"p\0\0" + zlib.compress(profile))


def cicp(primaries: int, transfer: int) -> bytes:
    return chunk(b"cICP", bytes([primaries, transfer, 0, 1]))


def gamma(value: float) -> bytes:
    return chunk(b"gAMA", struct.pack(">I", round(value * 100_000)))


def places(found: Chromaticities) -> bytes:
    return chunk(b"cHRM", struct.pack(">8I", *(round(number * 100_000) for place in found for number in place)))


def exif(space: int | None, index: bytes | None) -> bytes:
    """EXIF with ColorSpace, and the index of interoperability, as a camera nests them."""
    own = struct.pack(">HHII", 0xA001, 3, 1, (space or 0) << 16) if space is not None else b""
    inner = struct.pack(">HHII", 0xA005, 4, 1, 8 + 18 + 2 + len(own) + 12 + 4) if index else b""
    entries = [entry for entry in (own, inner) if entry]
    nested = struct.pack(">H", len(entries)) + b"".join(entries) + bytes(4)
    nested += bytes(2 + len(own) + 12 + 4 - len(nested))
    last = struct.pack(">HHHI4sI", 1, 1, 2, 4, (index or b"") + b"\0", 0)
    first = struct.pack(">HHHIII", 1, 0x8769, 4, 1, 8 + 18, 0)
    return b"Exif\0\0MM\0*\0\0\0\x08" + first + nested + last


def assert_painted(image: Image.Image, off_by: int = CLOSE) -> None:
    """The quarters have the colors that were painted."""
    plain = image.convert("RGB")
    for corner, wanted in CORNERS.items():
        across, down = ("right" in corner) * 2 + 1, ("bottom" in corner) * 2 + 1
        found = plain.getpixel((plain.width * across // 4, plain.height * down // 4))
        assert near(found, wanted, off_by), (corner, found, wanted)


P3_PROFILE, P2020_PROFILE = icc.profile_of(color.PRIMARIES[P3]), icc.profile_of(color.PRIMARIES[BT2020])
SIGNALLED: dict[str, tuple[bytes, Make]] = {
    "AVIF, nclx of P3": (P3_PROFILE, lambda image: heifs.picture("AVIF", image, heifs.by_numbers(P3, SRGB_CURVE))),
    "HEIC, nclx of P3": (P3_PROFILE, lambda image: heifs.picture("HEIF", image, heifs.by_numbers(P3, SRGB_CURVE))),
    "AVIF, nclx of BT.2020": (
        P2020_PROFILE,
        lambda image: heifs.picture("AVIF", image, heifs.by_numbers(BT2020, SRGB_CURVE)),
    ),
    "AVIF, profile before nclx": (
        P3_PROFILE,
        lambda image: heifs.picture("AVIF", image, heifs.by_numbers(1, 13), heifs.by_profile(P3_PROFILE)),
    ),
    "HEIC, profile before nclx": (
        P3_PROFILE,
        lambda image: heifs.picture("HEIF", image, heifs.by_numbers(1, 13), heifs.by_profile(P3_PROFILE)),
    ),
    "AVIF, broken profile and nclx": (
        P3_PROFILE,
        lambda image: heifs.picture("AVIF", image, heifs.by_profile(b"nonsense"), heifs.by_numbers(P3, 13)),
    ),
    "PNG, cICP of P3": (P3_PROFILE, lambda image: png(image, cicp(P3, SRGB_CURVE))),
    "PNG, iCCP": (P3_PROFILE, lambda image: png(image, profile_chunk(P3_PROFILE))),
    "PNG, cICP before iCCP": (P3_PROFILE, lambda image: png(image, profile_chunk(SWAPPED), cicp(P3, SRGB_CURVE))),
    "PNG, iCCP before gAMA and cHRM": (
        P3_PROFILE,
        lambda image: png(image, gamma(1.0), places(color.SRGB), profile_chunk(P3_PROFILE)),
    ),
    "PNG, sRGB before gAMA and cHRM": (
        icc.profile_of(color.SRGB),
        lambda image: png(image, chunk(b"sRGB", b"\0"), gamma(1.0), places(color.ADOBE_RGB)),
    ),
    "PNG, gAMA": (icc.profile_of(color.SRGB, 1.0), lambda image: png(image, gamma(1.0))),
    "PNG, cHRM": (P3_PROFILE, lambda image: png(image, places(color.PRIMARIES[P3]))),
    "PNG, gAMA and cHRM": (ADOBE, lambda image: png(image, gamma(256 / 563 + 0.03), places(color.ADOBE_RGB))),
    "PNG, gAMA and cHRM as written for sRGB": (
        icc.profile_of(color.SRGB),
        lambda image: png(image, gamma(0.45455), places(color.SRGB)),
    ),
    "PNG, cHRM of nonsense": (icc.profile_of(color.SRGB), lambda image: png(image, chunk(b"cHRM", bytes(32)))),
    "PNG, eXIf of Adobe RGB": (ADOBE, lambda image: png(image, chunk(b"eXIf", exif(0xFFFF, b"R03")[6:]))),
    "JPEG, profile": (P3_PROFILE, lambda image: encoded(image, "JPEG", quality=98, icc_profile=P3_PROFILE)),
    "JPEG, EXIF of R03": (ADOBE, lambda image: encoded(image, "JPEG", quality=98, exif=exif(0xFFFF, b"R03"))),
    "JPEG, EXIF of R03 alone": (ADOBE, lambda image: encoded(image, "JPEG", quality=98, exif=exif(None, b"R03"))),
    "JPEG, EXIF's color space 2": (ADOBE, lambda image: encoded(image, "JPEG", quality=98, exif=exif(2, None))),
    "JPEG, EXIF of R98": (
        icc.profile_of(color.SRGB),
        lambda image: encoded(image, "JPEG", quality=98, exif=exif(1, b"R98")),
    ),
    "JPEG, profile before EXIF": (
        P3_PROFILE,
        lambda image: encoded(image, "JPEG", quality=98, exif=exif(0xFFFF, b"R03"), icc_profile=P3_PROFILE),
    ),
    "WebP, profile": (P3_PROFILE, lambda image: encoded(image, "WEBP", quality=98, icc_profile=P3_PROFILE)),
    "WebP, EXIF of R03": (ADOBE, lambda image: encoded(image, "WEBP", quality=98, exif=exif(0xFFFF, b"R03"))),
}


@pytest.mark.parametrize("name", SIGNALLED)
def test_signal(name, developed, client_for):
    """A picture in the numbers of a profile, its own name for it beside it, comes out as it was painted."""
    profile, make = SIGNALLED[name]
    media = developed(make(in_profile(profile)))
    assert_painted(opened(client_for(None), media["renditions"][0]["url"]), 20)


@pytest.mark.parametrize("name", [name for name in SIGNALLED if SIGNALLED[name][0] != icc.profile_of(color.SRGB)])
def test_without_the_signal_the_numbers_mean_something_else(name):
    """So that the test above can fail."""
    with pytest.raises(AssertionError):
        assert_painted(in_profile(SIGNALLED[name][0]), 20)


def pq_of(light: float) -> float:
    """ST 2084, as published: what a camera writes for so much light, 1 being white."""
    power = (light * 203 / 10000) ** 0.1593017578125
    return float(((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375)


def greys(levels: list[float], curve: Callable[[float], float]) -> Image.Image:
    """Bars of so much light."""
    image = Image.new("RGB", (64 * len(levels), 64))
    for place, light in enumerate(levels):
        image.paste((round(255 * curve(light)),) * 3, (64 * place, 0, 64 * place + 64, 64))
    return image


PUBLISHED_P3 = {
    b"rXYZ": (0.51512, 0.24120, -0.00105),
    b"gXYZ": (0.29198, 0.69225, 0.04189),
    b"bXYZ": (0.15710, 0.06657, 0.78407),
}
LIGHTS = [0.0, 0.05, 0.18, 0.5, 1.0, 4.0]
SHADES = [0, 63, 118, 188, 238, 255]  # by the tone map of docs/media-formats.md
HDR: dict[str, Make] = {
    "AVIF": lambda image: heifs.picture("AVIF", image, heifs.by_numbers(BT2020, PQ)),
    "AVIF of P3": lambda image: heifs.picture("AVIF", image, heifs.by_numbers(P3, PQ)),
    "HEIC": lambda image: heifs.picture("HEIF", image, heifs.by_numbers(BT2020, PQ)),
    "PNG": lambda image: png(image, cicp(BT2020, PQ)),
    "PNG, a profile that says so": lambda image: png(image, profile_chunk(with_cicp(P2020_PROFILE, BT2020, PQ))),
}


def with_cicp(profile: bytes, primaries: int, transfer: int) -> bytes:
    """The profile, one of its tags (that of white) replaced by code points."""
    at = profile.index(b"wtpt")
    start = int.from_bytes(profile[at + 4 : at + 8])
    body = b"cicp\0\0\0\0" + bytes([primaries, transfer, 0, 1])
    changed = profile[:at] + b"cicp" + profile[at + 4 :]
    return changed[:start] + body + changed[start + len(body) :]


@pytest.mark.parametrize("name", HDR)
def test_white_at_203_nits_and_the_shades_around_it(name, developed, client_for):
    image = opened(client_for(None), developed(HDR[name](greys(LIGHTS, pq_of)))["renditions"][-2]["url"]).convert("RGB")
    found = [image.getpixel((64 * place + 32, 32)) for place in range(len(LIGHTS))]
    for pixel, wanted in zip(found, SHADES, strict=True):
        assert near(pixel, (wanted,) * 3, 8), (found, SHADES)


def test_wide_hdr_keeps_its_colors(developed, client_for):
    """The painted picture, darker than the knee, in BT.2020 and PQ."""
    linear = [code / 255 / 12.92 if code < 11 else ((code / 255 + 0.055) / 1.055) ** 2.4 for code in range(256)]
    data = HDR["AVIF"](in_profile(P2020_PROFILE).point([round(255 * pq_of(light)) for light in linear] * 3))
    assert_painted(opened(client_for(None), developed(data)["url"]), 30)


def test_the_tone_map_is_that_of_the_documents():
    shades = [round(255 * tone_map.srgb_of(tone_map.compressed(light))) for light in LIGHTS]
    assert shades == SHADES
    assert tone_map.light_of_pq(pq_of(1.0)) == pytest.approx(1.0)
    assert tone_map.light_of_hlg(0.75) == pytest.approx(1.0, abs=0.01)  # BT.2408: white is at 75 % of HLG


def test_a_gain_map_leaves_the_base_picture(developed, client_for):
    """The gain map is a second JPEG behind the first."""
    data = wide_gamut() + encoded(Image.new("L", (175, 125), 128), "JPEG")
    assert_painted(opened(client_for(None), developed(data)["url"]))


@pytest.mark.parametrize("directory", [b"\0\x05" + bytes(3), b"\xff\xff" * 40])
def test_exif_of_nonsense_says_nothing(directory, developed, client_for):
    data = encoded(painted(), "JPEG", quality=98)
    media = developed(data[:2] + exif_of(directory) + data[2:])
    assert_painted(opened(client_for(None), media["url"]))


def test_the_profile_of_srgb_primaries_is_that_of_srgb():
    assert_painted(in_profile(icc.profile_of(color.SRGB)), 1)


def test_colorants_are_the_published_ones_of_display_p3():
    profile = icc.profile_of(color.PRIMARIES[P3])
    for name, wanted in PUBLISHED_P3.items():
        start = int.from_bytes(profile[profile.index(name) + 4 :][:4]) + 8
        found = [number / 65536 for number in struct.unpack_from(">3i", profile, start)]
        assert found == pytest.approx(wanted, abs=0.0005)


@pytest.mark.parametrize("place", [(0.0, 0.0), (0.3, 1e-9)])
def test_chromaticities_that_span_nothing_are_refused(place):
    with pytest.raises(ValueError, match=r"chromaticities|number"):
        icc.profile_of(Chromaticities(place, place, place, place))


def test_bt2020_of_constant_luminance_is_shown_nearly_as_it_is(developed):
    """Neither libavif nor ffmpeg makes RGB of it; its greys are those of the other matrix."""
    files = [heifs.picture("AVIF", painted(), heifs.by_numbers(9, 1, matrix)) for matrix in (9, 10)]
    usual, constant = (developed(file) for file in files)
    assert (usual["notices"], [one["code"] for one in constant["notices"]]) == ([], ["colors_approximate"])
    pictures = [downloaded(APIClient(), media["renditions"][0]["url"]) for media in (usual, constant)]
    assert pictures[0] == pictures[1]
