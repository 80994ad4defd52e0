"""Pictures for tests: painted, encoded, and spoiled in known ways."""

import io
from typing import Any
from urllib.request import urlopen

import pillow_heif
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from rest_framework.test import APIClient

pillow_heif.register_heif_opener()
CORNERS = {
    "top_left": (220, 30, 30),
    "top_right": (30, 200, 30),
    "bottom_left": (40, 40, 220),
    "bottom_right": (230, 220, 40),
}
FORMATS = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "HEIF": "image/heic",
    "AVIF": "image/avif",
}


def painted(width: int = 120, height: int = 80) -> Image.Image:
    """A picture with another colour in each quarter."""
    image = Image.new("RGB", (width, height))
    across, down = width // 2, height // 2
    image.paste(CORNERS["top_left"], (0, 0, across, down))
    image.paste(CORNERS["top_right"], (across, 0, width, down))
    image.paste(CORNERS["bottom_left"], (0, down, across, height))
    image.paste(CORNERS["bottom_right"], (across, down, width, height))
    return image


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def photo(kind: str = "JPEG", width: int = 120, height: int = 80, **options: Any) -> bytes:
    return encoded(painted(width, height), kind, **options)


def send(client: APIClient, data: bytes, name: str = "photo.jpg", *, key: str | None = None, **fields: Any) -> Any:
    """`POST /v1/media` with a file, as a phone would."""
    headers = {"Idempotency-Key": key} if key else {}
    body = {"file": SimpleUploadedFile(name, data), **fields}
    return client.post("/v1/media", body, format="multipart", headers=headers)


def path_of(url: str) -> str:
    """The path and query of an absolute address, for the test client."""
    return "/" + url.split("/", 3)[3]


def downloaded(client: APIClient, url: str) -> bytes:
    """The file at an address of the API; with media in a bucket the answer only says where it is."""
    response = client.get(path_of(url))
    if response.status_code == 302:
        with urlopen(response["Location"], timeout=10) as file:  # noqa: S310 - where our own API points
            return bytes(file.read())
    assert response.status_code == 200, response.content
    return bytes(response.getvalue())


def opened(client: APIClient, url: str) -> Image.Image:
    """The picture at an address, decoded."""
    image = Image.open(io.BytesIO(downloaded(client, url)))
    image.load()
    return image


def near(found: Any, wanted: tuple[int, int, int], off_by: int = 40) -> bool:
    """Whether two colours look alike, after a lossy encoder or two."""
    return all(abs(a - b) <= off_by for a, b in zip(found[:3], wanted, strict=True))
