"""Keeps threads free for readers while slow clients send their bodies.

The server reads a body in the thread that answers the request, so a handful of stalled uploads would leave no
thread for a feed. Here at most `limit` threads of a process wait for bodies; more are told to come back.
"""

import threading
from collections.abc import Iterable
from typing import Any

from api.wsgi.problems import Application, StartResponse, refuse

TOO_MANY = "Too many bodies are being received; try again in a moment."
RETRY_AFTER_SECONDS = 2
# A burst of quick bodies passes within this; a stalled one must not hold up another thread for longer.
PATIENCE_SECONDS = 0.5


class Places:
    """So many threads of this process may wait for a body."""

    def __init__(self, limit: int) -> None:
        self.free = threading.BoundedSemaphore(limit)

    def take(self) -> "Place | None":
        """A place, or None when all stay taken."""
        return Place(self) if self.free.acquire(timeout=PATIENCE_SECONDS) else None


class Place:
    """A taken place; giving it back twice is giving it back once."""

    def __init__(self, places: Places) -> None:
        self.places: Places | None = places

    def give_back(self) -> None:
        if self.places is not None:
            self.places.free.release()
            self.places = None


class Body:
    """A request's body, which gives its place back as soon as all of it is here."""

    def __init__(self, body: Any, length: int, place: Place) -> None:
        self.body, self.missing, self.place = body, length, place

    def read(self, *size: int) -> bytes:
        return self.note(self.body.read(*size))

    def readline(self, *size: int) -> bytes:
        return self.note(self.body.readline(*size))

    def note(self, data: bytes) -> bytes:
        self.missing -= len(data)
        if self.missing <= 0:
            self.place.give_back()
        return data


def limit_waiting_bodies(application: Application, *, limit: int) -> Application:
    """The application, refusing (503, Retry-After) requests with a body while `limit` threads wait for one."""
    places = Places(limit)

    def gate(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ""
        if not length.isdigit() or int(length) == 0:
            return application(environ, start_response)
        place = places.take()
        if place is None:
            return refuse(environ, start_response, "busy", TOO_MANY, retry_after=RETRY_AFTER_SECONDS)
        environ["wsgi.input"] = Body(environ["wsgi.input"], int(length), place)
        try:
            return application(environ, start_response)
        finally:
            place.give_back()

    return gate
