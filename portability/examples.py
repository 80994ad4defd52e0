"""What the schema shows of exports and imports."""

from api.examples import answered, sent

_ARCHIVE = "https://pystagram.example/media/archives/Zm9vYmFyYmF6/1.zip?token=ptmq3k0.c2lnbmF0dXJl"
_EXPORT = {
    "id": "7312849021001728",
    "state": "ready",
    "progress": 100,
    "url": _ARCHIVE,
    "archives": [{"url": _ARCHIVE, "size": 412_300_512, "sha256": "9f86d081884c7d659a2feaa0c55ad015" * 2}],
    "created_at": "2026-11-22T10:00:00Z",
    "finished_at": "2026-11-22T10:01:12Z",
    "expires_at": "2026-11-29T10:01:12Z",
}
READY = answered("Ready", _EXPORT)
RUNNING = answered(
    "Under way",
    {
        **_EXPORT,
        "state": "running",
        "progress": 40,
        "url": None,
        "archives": [],
        "finished_at": None,
        "expires_at": None,
    },
    200,
    202,
)
ANNOUNCED = sent("An archive", {"size": 412_300_512})
_IMPORT = {
    "id": "7312849021009920",
    "state": "ready",
    "progress": 100,
    "error": None,
    "upload": None,
    "media_count": 210,
    "posts_count": 160,
    "stories_count": 12,
    "highlights_count": 2,
    "collections_count": 3,
    "missing_count": 0,
    "created_at": "2026-11-22T10:00:00Z",
    "finished_at": "2026-11-22T10:09:30Z",
}
IMPORT_READY = answered("Ready", _IMPORT, 200, 202)
IMPORT_ANNOUNCED = answered(
    "Announced",
    {
        **_IMPORT,
        "state": "announced",
        "progress": 0,
        "upload": {
            "method": "PUT",
            "url": "https://pystagram.example/media/incoming/WyJpbmNvbWluZy8~1vXyZ",
            "headers": {"Content-Length": "412300512"},
            "expires_at": "2026-11-22T11:00:00Z",
        },
        "media_count": 0,
        "posts_count": 0,
        "stories_count": 0,
        "highlights_count": 0,
        "collections_count": 0,
        "finished_at": None,
    },
)
IMPORT_FAILED = answered(
    "Failed", {**_IMPORT, "state": "failed", "error": {"code": "not_an_archive", "detail": "It is no ZIP"}}, 200
)
SKIPPED = answered(
    "A damaged file", {"kind": "media", "name": "instagram:media:media/posts/1.jpg", "code": "damaged_file"}
)
