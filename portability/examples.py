"""What the schema shows of exports."""

from api.examples import answered

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
