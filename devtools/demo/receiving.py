"""Two ways for a photograph of the demo world to become a ready media: in this process, or through a running API.

Through the API it is uploaded as any client does, and made ready by the workers; only its state is read from the row.
"""

import hashlib
import io
import time
from collections.abc import Callable
from typing import Any

import urllib3

from accounts.actions import Caller, open_session
from accounts.models import User
from api.problems import Problem
from devtools.demo.pictures import bytes_of
from devtools.demo.world import Picture
from media.actions import process, upload
from media.models import Media

MAX_TRIES = 70
POLL_SECONDS = 0.2
RETRIED = {409, 429, 502, 503, 504}
Receive = Callable[[User, Picture, str], int]


def receive_here(owner: User, picture: Picture, key: str) -> int:
    """Uploads and processes the picture in this process: its media's id. `key` makes a repeated load find it again."""
    data = bytes_of(picture)
    media = _upload_here(owner, data, picture.alt, unique_key(key, data))
    process(media_id=media.pk)
    return ready(media.pk, picture)


def _upload_here(owner: User, data: bytes, alt_text: str, key: str) -> Media:
    """Waits for the lease of an upload that an earlier load was killed in."""
    for _ in range(MAX_TRIES):
        try:
            return upload(owner=owner, file=io.BytesIO(data), idempotency_key=key, alt_text=alt_text)
        except Problem as problem:
            if problem.get_codes() != "in_flight":
                raise
            time.sleep(1)
    raise Problem("in_flight")


def ready(media_id: int, picture: Picture) -> int:
    """The id, once the media is ready. Raises RuntimeError if it has failed."""
    while True:
        media = Media.objects.only("state", "error_detail").get(pk=media_id)
        if media.state == Media.State.READY:
            return media_id
        if media.state == Media.State.FAILED:
            raise RuntimeError(f"{picture.file} could not be processed: {media.error_detail}")
        time.sleep(POLL_SECONDS)


def unique_key(key: str, data: bytes) -> str:
    return f"{key}:{hashlib.sha256(data).hexdigest()[:12]}"


class RunningApi:
    """Uploads to a running API, with a session of each person's own, and waits for its workers."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.pool = urllib3.PoolManager(timeout=60.0, retries=False)
        self.tokens: dict[int, str] = {}

    def receive(self, owner: User, picture: Picture, key: str) -> int:
        """As `receive_here`. An API that is too busy, or starts again, is asked once a second."""
        data = bytes_of(picture)
        for _ in range(MAX_TRIES):
            status, answer = self._post(owner, data, picture, unique_key(key, data))
            if status in {201, 202}:
                return ready(int(answer["id"]), picture)
            if status not in RETRIED:
                raise RuntimeError(f"{picture.file} was refused: {answer}")
            time.sleep(1)
        raise RuntimeError(f"The API takes no uploads: {answer}")

    def _post(self, owner: User, data: bytes, picture: Picture, key: str) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self._token(owner)}", "Idempotency-Key": key}
        fields: dict[str, str | bytes | tuple[str, str | bytes]]
        fields = {"file": (picture.file, data), "alt_text": picture.alt}
        try:
            answer = self.pool.request("POST", f"{self.url}/v1/media", fields=fields, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            return 503, {"detail": type(error).__name__}
        return answer.status, answer.json()

    def _token(self, owner: User) -> str:
        if owner.pk not in self.tokens:
            self.tokens[owner.pk] = open_session(user=owner, caller=Caller(user_agent="manage.py demo")).access
        return self.tokens[owner.pk]
