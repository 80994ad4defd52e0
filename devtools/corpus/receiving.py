"""Two ways to send a file and see what becomes of it: in this process, or to a running API, both by the API's JSON."""

import datetime
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import urllib3
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions import Caller, open_session, register
from accounts.models import User
from media.actions import queueing
from media.processing.kinds import KINDS

POLL_SECONDS = 0.5
RETRIED = {409, 429, 502, 503, 504}
MAX_TRIES = 3600
NAME = "corpus"


class Answer(NamedTuple):
    """The status of an answer and its JSON."""

    status: int
    body: dict[str, Any]


class Api(Protocol):
    """What the corpus needs of an API."""

    def send(self, path: Path) -> Answer: ...

    def media(self, media_id: str) -> dict[str, Any]: ...

    def wait(self) -> None: ...

    def download(self, url: str) -> bytes: ...


class InProcess:
    """The API of this process, as somebody whom this makes; the workers' part is done by `wait`."""

    def __init__(self) -> None:
        token = open_session(user=_somebody(), caller=Caller(user_agent="manage.py corpus")).access
        self.client = APIClient(HTTP_HOST="localhost")
        self.client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")

    def send(self, path: Path) -> Answer:
        file = SimpleUploadedFile(path.name, path.read_bytes())
        answer = self.client.post("/v1/media", {"file": file}, format="multipart")
        return Answer(answer.status_code, answer.json())

    def media(self, media_id: str) -> dict[str, Any]:
        return dict(self.client.get(f"/v1/media/{media_id}").json())

    def wait(self) -> None:
        for kind in KINDS:
            queueing.work(kind=kind.name, until=timezone.now() + datetime.timedelta(hours=1))

    def download(self, url: str) -> bytes:
        answer = self.client.get("/" + url.split("/", 3)[3])
        return bytes(answer.getvalue())


def _somebody() -> User:
    found = User.objects.named(NAME).first()
    return found or register(
        username=NAME,
        name="Corpus",
        email=f"{NAME}@example.org",
        password=secrets.token_urlsafe(32),
        birth_date=datetime.date(1990, 1, 1),
    )


class RunningApi:
    """An API that runs with its workers, at `url`, as whoever has the access token."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url.rstrip("/")
        self.pool = urllib3.PoolManager(timeout=120.0, retries=False)
        self.headers = {"Authorization": f"Bearer {token}"}

    def send(self, path: Path) -> Answer:
        """Waits where the API asks to: for its limits, and until earlier files are processed."""
        fields: Any = {"file": (path.name, path.read_bytes())}
        for _ in range(MAX_TRIES):
            answer = self.pool.request("POST", f"{self.url}/v1/media", fields=fields, headers=self.headers)
            if answer.status not in RETRIED:
                break
            time.sleep(min(int(answer.headers.get("Retry-After", "1")), 60))
        return Answer(answer.status, answer.json())

    def media(self, media_id: str) -> dict[str, Any]:
        return dict(self.pool.request("GET", f"{self.url}/v1/media/{media_id}", headers=self.headers).json())

    def wait(self) -> None:
        time.sleep(POLL_SECONDS)

    def download(self, url: str) -> bytes:
        return bytes(self.pool.request("GET", url).data)


def settled(api: Api, media_id: str, step: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """The media, once it is `ready` or `failed`. An answer that asks for patience is waited out, any other an error."""
    while True:
        media = api.media(media_id)
        if media.get("state", "processing") != "processing":
            return media
        if "state" not in media and media.get("status") not in RETRIED:
            raise RuntimeError(f"{media_id} is not shown: {media}")
        api.wait()
        step()
