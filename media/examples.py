"""What the schema shows of media."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

from api.examples import answered, sent
from media.notices import NOTICES

MEDIA: dict[str, Any] = {
    "id": "7312849021001728",
    "kind": "photo",
    "state": "ready",
    "alt_text": "A ferry in the evening sun",
    "width": 4032,
    "height": 3024,
    "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
    "duration": None,
    "url": "https://pystagram.example/media/Zm9vYmFy/w1080.jpg?token=otmq3k0.c2lnbmF0dXJl",
    "renditions": [
        {
            "url": "https://pystagram.example/media/Zm9vYmFy/w320.webp?token=otmq3k0.c2lnbmF0dXJl",
            "width": 320,
            "height": 240,
            "type": "image/webp",
        }
    ],
    "poster": None,
    "progress": None,
    "notices": [],
}
_ADDRESS = "https://pystagram.example/media/YmFyZm9v"
VIDEO = OpenApiExample(
    "A video that is ready",
    {
        **MEDIA,
        "id": "7312849021005824",
        "kind": "video",
        "width": 1080,
        "height": 1920,
        "notices": [{"code": "sound_left_out", "detail": NOTICES["sound_left_out"]}],
        "duration": 12.48,
        "url": f"{_ADDRESS}/v720.mp4?token=otmq3k0.c2lnbmF0dXJl",
        "renditions": [
            {
                "url": f"{_ADDRESS}/v720.mp4?token=otmq3k0.c2lnbmF0dXJl",
                "width": 720,
                "height": 1280,
                "type": "video/mp4",
            }
        ],
        "poster": {
            "url": f"{_ADDRESS}/poster720.jpg?token=otmq3k0.c2lnbmF0dXJl",
            "width": 720,
            "height": 1280,
            "type": "image/jpeg",
            "renditions": [
                {
                    "url": f"{_ADDRESS}/poster320.webp?token=otmq3k0.c2lnbmF0dXJl",
                    "width": 320,
                    "height": 569,
                    "type": "image/webp",
                }
            ],
        },
    },
    response_only=True,
)
SENT = OpenApiExample(
    "A photo",
    {"file": "(the bytes of the file)", "alt_text": "A ferry in the evening sun"},
    request_only=True,
    media_type="multipart/form-data",
)
READY = answered("A photo that is ready", MEDIA)
WAITING = OpenApiExample(
    "A photo that was received",
    {**MEDIA, "state": "processing", "width": None, "height": None, "blurhash": None, "url": None} | {"renditions": []},
    response_only=True,
    status_codes=["202"],
)

ANNOUNCED = OpenApiExample(
    "A photo of 3 MB",
    {
        "size": 3145728,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "alt_text": "A ferry",
    },
    request_only=True,
)
PERMIT = OpenApiExample(
    "Where to send it",
    {
        "id": "7312849021001728",
        "method": "PUT",
        "url": "https://s3.example/pystagram/incoming/6f1e?X-Amz-Expires=3600&X-Amz-Signature=5d672d79",
        "headers": {
            "Content-Length": "3145728",
            "x-amz-checksum-sha256": "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
        },
        "size": 3145728,
        "offset": 0,
        "expires_at": "2026-11-22T11:00:00.000000Z",
        "media": None,
    },
    response_only=True,
)
PROGRESS = answered(
    "Two thirds are there", {"offset": 2097152, "size": 3145728, "expires_at": "2026-11-23T10:20:00.000000Z"}
)
DESCRIBED = sent("A description", {"alt_text": "A ferry"})
QUOTA = answered(
    "Some room left",
    {"bytes": {"used": 734003200, "limit": 53687091200}, "files": {"used": 231, "limit": 100000}},
)
