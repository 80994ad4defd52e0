"""Nothing of a photo but its pixels leaves in a rendition: canaries in every place where metadata can hide."""

from typing import Any

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from media.tests.support.photographs import downloaded, encoded, painted

CANARY = "CANARY"


def _exif() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = f"{CANARY} description"
    exif[0x013B] = f"{CANARY} artist"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (41.0, 0.0, 54.2), "E", (28.0, 58.0, 46.3)
    gps[29] = f"{CANARY} date"
    exif.get_ifd(0x8769)[0x9286] = f"{CANARY} user comment".encode()
    return exif.tobytes()


def _xmp() -> bytes:
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><p>{CANARY} xmp</p></x:xmpmeta>'.encode()


def _profile() -> bytes:
    """A good sRGB profile with the canary behind it: as good a hiding place as a description."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    at = profile.index("sRGB".encode("utf-16-be"))
    profile[at : at + 8] = "CNRY".encode("utf-16-be")
    return bytes(profile)


def _png_texts() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", f"{CANARY} text")
    info.add_itxt("XML:com.adobe.xmp", f"{CANARY} itxt")
    info.add_text("Author", f"{CANARY} ztxt", zip=True)
    return info


CARRIERS: dict[str, dict[str, Any]] = {
    "JPEG": {"exif": _exif(), "xmp": _xmp(), "icc_profile": _profile(), "comment": f"{CANARY} comment"},
    "PNG": {"exif": _exif(), "icc_profile": _profile(), "pnginfo": _png_texts()},
    "WEBP": {"exif": _exif(), "xmp": _xmp(), "icc_profile": _profile()},
    "GIF": {"comment": f"{CANARY} comment", "xmp": _xmp()},
    "HEIF": {"exif": _exif(), "xmp": _xmp(), "icc_profile": _profile()},
    "AVIF": {"exif": _exif(), "xmp": _xmp(), "icc_profile": _profile()},
}
TRACES = [CANARY.encode(), "CNRY".encode("utf-16-be"), b"Exif", b"EXIF", b"XMP", b"xmpmeta", b"ICC", b"sRGB"]


@pytest.mark.parametrize("kind", CARRIERS)
def test_no_metadata_in_any_rendition(kind, developed, client_for):
    data = encoded(painted(400, 300), kind, **CARRIERS[kind])
    assert any(trace in data for trace in TRACES), "the canary is not in the original: the test would prove nothing"
    media = developed(data)

    assert media["state"] == "ready"
    for rendition in media["renditions"]:
        body = downloaded(client_for(None), rendition["url"])
        for trace in TRACES:
            assert trace not in body, (rendition["type"], trace)
    assert downloaded(client_for(None), media["url"])[:4] == b"\xff\xd8\xff\xe0"
