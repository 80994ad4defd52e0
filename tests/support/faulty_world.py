"""A small world on the whole stack, whose parts are killed, frozen and silenced while people use it over HTTP."""

import contextlib
import http.client
import io
import json
import os
import secrets
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import redis
from PIL import Image

from tests.support.fault_proxy import FaultProxy
from tests.support.stack_run import StackRun, children, eventually

PASSWORD = "correct-horse-battery"


@dataclass(frozen=True)
class Answer:
    """What the API answered, and after how many seconds. Status 0: it did not."""

    status: int
    type: str
    body: bytes
    seconds: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class FaultyWorld:
    """Alice, whom bob follows, a photo of hers, and ways to hurt what serves them."""

    def __init__(self, folder: Path) -> None:
        self.stack = StackRun(folder / "var")
        self.port = self.stack.port  # where people come in
        self.broker = FaultProxy(self.valkey_socket)
        address = f"redis://127.0.0.1:{self.broker.port}/1"
        self.stack.variables |= {"PYSTAGRAM_DEMO": "false", "CELERY_BROKER_URL": address}
        self.tokens: dict[str, str] = {}
        self.ids: dict[str, int] = {}
        self.photo = ""

    def populate(self) -> None:
        for name in ("alice", "bob"):
            self.register(name)
        assert self.call("PUT", "/v1/users/alice/follow", "bob").status == 200
        self.photo = self.upload(picture()).json["id"]
        assert eventually(lambda: self.state_of(self.photo) == "ready", 60)
        assert eventually(lambda: self.feed().json["source"] == "cache")
        assert eventually(self.is_settled, 60), self.undone()

    def clear(self) -> None:
        self.broker.close()
        self.stack.clear()

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """The world, started and populated; cleared away after the block, whatever happens."""
        try:
            self.stack.start()
            self.populate()
            yield
        finally:
            self.clear()

    # -- what people do ------------------------------------------------------------------------------

    def call(
        self, method: str, path: str, who: str | None = None, body: Any = None, *, content_type: str = ""
    ) -> Answer:
        """One request. Whatever takes longer than ten seconds has hung."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} if who else {}
        if body is not None:
            headers["Content-Type"] = content_type or "application/json"
            body = body if content_type else json.dumps(body)
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(connection):
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            told = reply.getheader("Content-Type") or ""
            return Answer(reply.status, told, reply.read(), time.monotonic() - began)

    def register(self, name: str) -> None:
        form = {"username": name, "name": name, "email": f"{name}@example.com", "password": PASSWORD}
        answer = self.call("POST", "/v1/auth/register", body={**form, "birth_date": "1990-05-17"})
        assert answer.status == 201, answer
        self.tokens[name], self.ids[name] = answer.json["access"], int(answer.json["user"]["id"])

    def log_in(self, name: str) -> Answer:
        return self.call("POST", "/v1/auth/token", body={"username": name, "password": PASSWORD})

    def upload(self, photo: bytes) -> Answer:
        mark = secrets.token_hex(16)
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
        body = head.encode() + photo + f"\r\n--{mark}--\r\n".encode()
        return self.call("POST", "/v1/media", "alice", body, content_type=f"multipart/form-data; boundary={mark}")

    def state_of(self, media_id: str) -> str:
        return str(self.call("GET", f"/v1/media/{media_id}", "alice").json["state"])

    def publish(self) -> Answer:
        return self.call("POST", "/v1/posts", "alice", {"media": [self.photo]})

    def published(self, count: int = 1) -> list[str]:
        """The ids of new posts of alice's, each acknowledged within two seconds."""
        answers = [self.publish() for _ in range(count)]
        assert {answer.status for answer in answers} == {201}, answers
        assert max(answer.seconds for answer in answers) < 2, answers
        return [answer.json["id"] for answer in answers]

    def feed(self) -> Answer:
        return self.call("GET", "/v1/feed", "bob")

    def shows(self, posts: list[str], source: str = "") -> bool:
        """Whether bob's feed has all these posts (and comes from that source)."""
        page = self.feed().json
        return set(posts) <= {post["id"] for post in page["results"]} and source in page["source"]

    # -- what stands behind it -----------------------------------------------------------------------

    def valkey_socket(self) -> str:
        return self.stack.address("REDIS_URL").removeprefix("unix://").partition("?")[0]

    def redis(self) -> "redis.Redis":
        return redis.Redis.from_url(self.stack.address("REDIS_URL"), socket_timeout=5)

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with contextlib.closing(psycopg2.connect(self.stack.address("DATABASE_URL"))) as connection:
            cursor = connection.cursor()
            cursor.execute(statement, values)
            return cursor.fetchall()

    def has_listed(self, posts: list[str]) -> bool:
        """Whether the list in Redis itself, which only workers and readers write, has all these posts for bob."""
        with self.redis() as client:
            listed = {int(number) for number in client.lrange(f"feed:{{{self.ids['bob']}}}", 0, -1)}
        found = self.rows("select timeline_id from posts_post where id = any(%s)", [int(post) for post in posts])
        return len(found) == len(posts) and {number for (number,) in found} <= listed

    def is_settled(self) -> bool:
        """Whether everybody has heard of every event."""
        return not self.rows(
            "select 1 from events_delivery where done_at is null union all "
            "select 1 from events_event where expanded_at is null"
        )

    def undone(self) -> list[tuple[Any, ...]]:
        """The deliveries that nobody has finished, with what stood in the way."""
        return self.rows("select task, attempts, last_error from events_delivery where done_at is null limit 5")

    # -- what befalls it -----------------------------------------------------------------------------

    def pids_of(self, *names: str) -> list[int]:
        """The programs and all that they started."""
        found = [self.stack.program(name) for name in names]
        for pid in found:
            found += children(pid)
        return [pid for pid in found if pid]

    def kill(self, *names: str) -> None:
        pids = self.pids_of(*names)
        assert len(pids) >= len(names), (names, pids)
        send(signal.SIGKILL, pids)

    @contextlib.contextmanager
    def frozen(self, *names: str) -> Iterator[None]:
        """Meanwhile they hold their connections and do nothing."""
        pids = self.pids_of(*names)
        assert len(pids) >= len(names), (names, pids)
        send(signal.SIGSTOP, pids)
        try:
            yield
        finally:
            send(signal.SIGCONT, pids)

    @contextlib.contextmanager
    def nothing_restarts(self) -> Iterator[None]:
        """Meanwhile the supervisor does not bring back what was killed."""
        assert self.stack.process is not None
        send(signal.SIGSTOP, [self.stack.process.pid])
        try:
            yield
        finally:
            send(signal.SIGCONT, [self.stack.process.pid])

    @contextlib.contextmanager
    def using(self, ask: Callable[[], Answer]) -> Iterator[list[Answer]]:
        """Somebody who asks again and again meanwhile; all answers. A connection that is refused or cut counts as 0."""
        answers: list[Answer] = []
        done = threading.Event()

        def go_on() -> None:
            while not done.wait(0.05):
                began = time.monotonic()
                try:
                    answers.append(ask())
                except (OSError, http.client.HTTPException) as error:
                    answers.append(Answer(0, type(error).__name__, b"", time.monotonic() - began))

        thread = threading.Thread(target=go_on)
        thread.start()
        try:
            yield answers
        finally:
            done.set()
            thread.join()


def send(number: signal.Signals, pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def picture() -> bytes:
    """A photograph like no other."""
    file = io.BytesIO()
    Image.frombytes("RGB", (64, 48), secrets.token_bytes(64 * 48 * 3)).save(file, "JPEG")
    return file.getvalue()
