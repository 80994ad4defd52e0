"""A strict gate before moto's S3: it refuses what a real store refuses and moto lets through, and breaks on demand.

Moto keeps the objects and speaks the protocol, but believes any signature and any checksum, which would make it
worthless as a proof of integrity. The gate checks signature, expiry, length and every checksum; `fail` orders a fault.
"""

import base64
import binascii
import fnmatch
import hashlib
import io
import socket
import struct
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.support.s3_signatures import Environ, Keys, Refused, check, header

Start = Callable[..., Any]
App = Callable[[Environ, Start], Iterable[bytes]]
HANG_SECONDS = 60
_HASHES: dict[str, Callable[[bytes], bytes]] = {
    "sha256": lambda data: hashlib.sha256(data).digest(),
    "sha1": lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),
    "crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
}
_NOT_CHECKED_BY_CONTENT = {"algorithm", "mode", "type"}


def check_body(environ: Environ, payload: str) -> bytes:
    """The body, if it is as long as was said and hashes to whatever was said."""
    length = header(environ, "Content-Length")
    if environ["REQUEST_METHOD"] in {"PUT", "POST"} and not (length or "").isdigit():
        raise Refused(411, "MissingContentLength")
    body: bytes = environ["wsgi.input"].read(int(length or 0))
    if len(body) != int(length or 0):
        raise Refused(400, "IncompleteBody")
    if payload.startswith("STREAMING-"):
        raise Refused(501, "NotImplemented")
    if payload not in {"UNSIGNED-PAYLOAD", hashlib.sha256(body).hexdigest()}:
        raise Refused(400, "XAmzContentSHA256Mismatch")
    md5 = header(environ, "Content-MD5")
    if md5 is not None and _decoded(md5, 16) != hashlib.md5(body, usedforsecurity=False).digest():
        raise Refused(400, "BadDigest")
    _check_checksums(environ, body)
    return body


def _check_checksums(environ: Environ, body: bytes) -> None:
    names = {name[20:].lower() for name in environ if name.startswith("HTTP_X_AMZ_CHECKSUM_")}
    for name in names - _NOT_CHECKED_BY_CONTENT:
        if name not in _HASHES:
            raise Refused(501, "NotImplemented")
        right = _HASHES[name](body)
        if _decoded(environ[f"HTTP_X_AMZ_CHECKSUM_{name.upper()}"], len(right)) != right:
            raise Refused(400, "BadDigest")


def _decoded(text: str, size: int) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error:
        data = b""
    if len(data) != size:
        raise Refused(400, "InvalidDigest")
    return data


@dataclass(frozen=True)
class Policy:
    """The statements of an IAM policy that allow, as far as this project uses them."""

    statements: list[dict[str, Any]]

    @property
    def may_list(self) -> bool:
        return self._allows("s3:ListBucket", "*")

    def allows(self, environ: Environ) -> bool:
        _, bucket, *rest = environ["PATH_INFO"].split("/", 2)
        if not "".join(rest):
            return self._allows("s3:ListBucket", f"arn:aws:s3:::{bucket}")
        here = f"arn:aws:s3:::{bucket}/{rest[0]}"
        source = header(environ, "X-Amz-Copy-Source")
        if source and not self._allows("s3:GetObject", f"arn:aws:s3:::{source.lstrip('/')}"):
            return False
        verb = {"GET": "Get", "HEAD": "Get", "PUT": "Put", "DELETE": "Delete"}[environ["REQUEST_METHOD"]]
        return self._allows(f"s3:{verb}Object", here)

    def _allows(self, action: str, resource: str) -> bool:
        mine = [one for one in self.statements if action in one["Action"]]
        return any(resource == "*" or fnmatch.fnmatch(resource, where) for one in mine for where in one["Resource"])


@dataclass
class Fault:
    """What goes wrong with the next `times` requests of a method whose path holds `key`."""

    how: Callable[["Gate", Environ, Start], Iterable[bytes]]
    method: str
    key: str
    times: float

    def is_due(self, environ: Environ) -> bool:
        return self.times > 0 and self.method in {environ["REQUEST_METHOD"], "*"} and self.key in environ["PATH_INFO"]


class Gate:
    """The WSGI application before the store. `seen` lists what arrived: method and path."""

    def __init__(self, store: App, keys: Keys) -> None:
        self.store, self.keys = store, keys
        self.faults: list[Fault] = []
        self.policy: Policy | None = None
        self.seen: list[tuple[str, str]] = []
        self._calm = threading.Event()
        self._one_at_a_time = threading.Lock()

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        self.seen.append((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        try:
            body = check_body(environ, check(environ, self.keys))
        except Refused as refused:
            return answer(start, refused.status, refused.code)
        environ["wsgi.input"] = io.BytesIO(body)
        if self.policy is not None and not self.policy.allows(environ):
            return answer(start, 403, "AccessDenied")
        fault = next((one for one in self.faults if one.is_due(environ)), None)
        if fault is None:
            return self.pass_on(environ, start)
        fault.times -= 1
        return fault.how(self, environ, start)

    def pass_on(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Moto looks whether a key is taken and then writes: with the lock, that is one step."""
        with self._one_at_a_time:
            if self.policy is None or self.policy.may_list:
                return self.store(environ, start)
            status: list[str] = []
            body = _consumed(self.store(environ, lambda *told: status.append(told)))
            if status[0][0].startswith("404"):  # a store says so only to whoever may list its keys
                return answer(start, 403, "AccessDenied")
            start(*status[0])
            return [body]

    @contextmanager
    def only(self, policy: "Policy") -> Iterator[None]:
        """Nothing but what the policy allows, meanwhile."""
        self.policy = policy
        try:
            yield
        finally:
            self.policy = None

    def fail(
        self,
        how: Callable[["Gate", Environ, Start], Iterable[bytes]],
        method: str = "*",
        key: str = "",
        times: float = float("inf"),
    ) -> None:
        """Orders a fault, until it happened so often or `calm`."""
        self._calm.clear()
        self.faults.append(Fault(how, method, key, times))

    def calm(self) -> None:
        """Ends all faults; whoever hangs is let go."""
        self.faults.clear()
        self.seen.clear()
        self._calm.set()

    @contextmanager
    def outage(self) -> Iterator[None]:
        """Everything is refused meanwhile."""
        self.fail(slow_down)
        try:
            yield
        finally:
            self.calm()

    def wait(self) -> None:
        self._calm.wait(HANG_SECONDS)


def answer(start: Start, status: int, code: str) -> list[bytes]:
    """An error as S3 words it."""
    body = f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>{code}</Message></Error>'.encode()
    start(f"{status} {code}", [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
    return [body]


# -- Faults ------------------------------------------------------------------------------------------
def slow_down(gate: Gate, environ: Environ, start: Start) -> Iterable[bytes]:
    """503 SlowDown: a store under load."""
    return answer(start, 503, "SlowDown")


def forbid(gate: Gate, environ: Environ, start: Start) -> Iterable[bytes]:
    """403: credentials that have ended."""
    return answer(start, 403, "AccessDenied")


def hang(gate: Gate, environ: Environ, start: Start) -> Iterable[bytes]:
    """Takes the request and says nothing."""
    gate.wait()
    return _reset(environ)


def lose_reply(gate: Gate, environ: Environ, start: Start) -> Iterable[bytes]:
    """Does what is asked, then the connection breaks before the answer."""
    _consumed(gate.pass_on(environ, lambda *_: None))
    return _reset(environ)


def corrupt(gate: Gate, environ: Environ, start: Start) -> Iterable[bytes]:
    """Stores another last byte, remembers the checksum it was given, and says that all is well."""
    environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read()[:-1] + b"?")
    return gate.pass_on(environ, start)


def forget(gate: Gate, environ: Environ, start: Start) -> Iterable[bytes]:
    """Says 200 and the right ETag, and stores nothing."""
    etag = hashlib.md5(environ["wsgi.input"].read(), usedforsecurity=False).hexdigest()
    start("200 OK", [("ETag", f'"{etag}"'), ("Content-Length", "0")])
    return []


def talk_nonsense(gate: Gate, environ: Environ, start: Start) -> Iterable[bytes]:
    """A 200 that is no answer to the question: a captive portal, a proxy's page."""
    start("200 OK", [("Content-Type", "text/html"), ("Content-Length", "15")])
    return [b"<html>hi</html>"]


def truncate(gate: Gate, environ: Environ, start: Start) -> Iterable[bytes]:
    """Announces the whole, sends half and hangs up."""
    whole = _consumed(gate.pass_on(environ, start))

    def half() -> Iterator[bytes]:
        yield whole[: len(whole) // 2]
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)

    return half()


def trickle(gate: Gate, environ: Environ, start: Start) -> Iterable[bytes]:
    """A few bytes a second, so that no single read times out."""
    whole = _consumed(gate.pass_on(environ, start))

    def drops() -> Iterator[bytes]:
        for place in range(0, len(whole), 16):
            yield whole[place : place + 16]
            if gate._calm.wait(0.5):
                return

    return drops()


def _consumed(body: Iterable[bytes]) -> bytes:
    return b"".join(body)


def _reset(environ: Environ) -> list[bytes]:
    """Closes the connection with a reset and without a word."""
    connection: socket.socket = environ["werkzeug.socket"]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise ConnectionResetError("as ordered")
