"""Requests that are wrong before they are requests, sent byte by byte to the real server."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse

import pytest

from api.problems import CONTENT_TYPE
from tests.support import factories
from tests.support.stack_run import StackRun

pytestmark = pytest.mark.slow
CHARSETS = ["bz2", "zlib", "hex", "utf-7", "unicode_escape", "undefined", "utf-16"]
LENGTH = b"Content-Length: %d\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
TEXT = "Content-Type: application/json"
JSON = f"{TEXT}\r\n".encode()
FORM = b"Content-Type: multipart/form-data; boundary=edge\r\n"
PART = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n\xff\xd8\xff\xe0'
NOT_OURS = ""  # the server refuses it by itself, in its own words


@dataclass(frozen=True)
class Wire:
    """`end`: the client says that nothing more comes."""

    what: str
    status: int
    code: str
    line: bytes
    headers: bytes = b""
    body: bytes = b""
    end: bool = False

    def __str__(self) -> str:
        return self.what


def post(what: str, status: int, code: str, headers: bytes, body: bytes = b"{}", **more: bool) -> Wire:
    return Wire(what, status, code, b"POST /v1/posts HTTP/1.1", headers, body, **more)


def get(what: str, status: int, code: str, path: bytes, headers: bytes = b"") -> Wire:
    return Wire(what, status, code, b"GET " + path + b" HTTP/1.1", headers)


def upload(what: str, status: int, code: str, headers: bytes, body: bytes, **more: bool) -> Wire:
    return Wire(what, status, code, b"POST /v1/media HTTP/1.1", FORM + headers, body, **more)


WRONG = [
    *(
        post(f"charset {name}", 415, "unsupported_media_type", f"{TEXT}; charset={name}\r\n".encode() + LENGTH % 2)
        for name in CHARSETS
    ),
    post("a length that is none", 400, NOT_OURS, JSON + b"Content-Length: abc\r\n"),
    post("a negative length", 400, NOT_OURS, JSON + b"Content-Length: -1\r\n"),
    post("two lengths", 400, NOT_OURS, JSON + LENGTH % 2 + LENGTH % 3),
    post("a length too short", 400, "parse_error", JSON + LENGTH % 1),
    post("a length too long", 400, "parse_error", JSON + LENGTH % 100, b'{"media": [', end=True),
    post("no length", 400, "invalid", JSON, b""),
    post("chunks and a length", 400, NOT_OURS, JSON + LENGTH % 2 + CHUNKED, b"2\r\n{}\r\n0\r\n\r\n"),
    post("chunks that are none", 400, NOT_OURS, JSON + CHUNKED, b"zz\r\n{}\r\n0\r\n\r\n"),
    post("a packed body", 400, "parse_error", JSON + b"Content-Encoding: gzip\r\n" + LENGTH % 4, b"\x1f\x8b\x08\x00"),
    post("a body of 2 MB", 413, "too_large", JSON + LENGTH % 2_000_000, b" " * 2_000_000),
    upload("an upload in chunks without any", 400, "invalid", CHUNKED, b"0\r\n\r\n"),
    upload("an upload in chunks that breaks off", 400, "parse_error", CHUNKED, b"4\r\n--ed\r\n", end=True),
    post("chunks that break off", 400, "parse_error", JSON + CHUNKED, b"2\r\n{}\r\n", end=True),
    post("chunks of more than 1 MiB", 413, "too_large", JSON + CHUNKED, b"120000\r\n" + b" " * 0x120000 + b"\r\n"),
    upload("an upload without its end", 400, "invalid", LENGTH % len(PART), PART),
    upload("an upload that breaks off", 400, "parse_error", LENGTH % 5000, PART, end=True),
    upload("an upload larger than taken", 413, "too_large", LENGTH % 10**12, b""),
    get("half a percent sign", 404, "not_found", b"/v1/users/%"),
    get("percent and no number", 404, "not_found", b"/v1/users/%zz"),
    get("percent and no text", 404, "not_found", b"/v1/users/%ff%fe"),
    get("half a percent sign in a query", 400, "invalid_cursor", b"/v1/feed?cursor=%"),
    get("a NUL by its number", 400, "bad_request", b"/v1/users/a%00b"),
    get("a raw NUL", 400, NOT_OURS, b"/v1/users/a\x00b"),
    get("a space in the address", 400, NOT_OURS, b"/v1/users/a b"),
    get("bytes in the address", 400, NOT_OURS, b"/v1/users/\xff"),
    get("a long address", 431, NOT_OURS, b"/v1/users/" + b"x" * 100_000),
    get("many headers", 431, NOT_OURS, b"/v1/me", b"X-Many: x\r\n" * 1000),
    get("a header with a NUL", 400, NOT_OURS, b"/v1/me", b"X-Nul: a\x00b\r\n"),
    get("a header without a name", 400, NOT_OURS, b"/v1/me", b": x\r\n"),
    get("a token in bytes does not arrive", 401, "not_authenticated", b"/v1/me", b"Authorization: Bearer \xff\r\n"),
    get("two hosts", 400, "bad_request", b"/v1/me", b"Host: evil.example\r\n"),
    Wire("a version that is none", 400, NOT_OURS, b"GET /v1/me HTTP/9.9"),
    Wire("no version", 400, NOT_OURS, b"GET /v1/me"),
    Wire("a method that is none", 400, NOT_OURS, b"G\x01T /v1/me HTTP/1.1"),
    Wire("TRACE", 405, "method_not_allowed", b"TRACE /v1/me HTTP/1.1"),
    Wire("CONNECT", 403, NOT_OURS, b"CONNECT evil.example:443 HTTP/1.1"),
    Wire("no request at all", 400, NOT_OURS, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
]  # fmt: skip


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackRun]:
    """The whole stack, running, without rate limits."""
    run = StackRun(tmp_path_factory.mktemp("stack") / "var", "--no-demo")
    run.variables["PYSTAGRAM_RATE_LIMITS"] = "false"
    run.start()
    yield run
    run.clear()


@pytest.fixture(scope="module")
def token(stack: StackRun) -> bytes:
    """Somebody who may do anything."""
    card = {"username": "zoe", "name": "Zoe", "email": "zoe@example.com", "birth_date": "1990-05-17"}
    body = json.dumps({**card, "password": factories.PASSWORD})
    with closing(HTTPConnection("127.0.0.1", stack.port, timeout=10)) as connection:
        connection.request("POST", "/v1/auth/register", body, {"Content-Type": "application/json"})
        return str(json.loads(connection.getresponse().read())["access"]).encode()


def answer(port: int, call: Wire, token: bytes) -> tuple[int, str, bytes]:
    """Status, content type and body."""
    who = b"" if b"Authorization" in call.headers else b"Authorization: Bearer " + token + b"\r\n"
    head = call.line + b"\r\nHost: localhost\r\nConnection: close\r\n" + who + call.headers
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(head + b"\r\n" + call.body)
        if call.end:
            client.shutdown(socket.SHUT_WR)
        with closing(HTTPResponse(client)) as response:
            response.begin()
            return response.status, response.headers.get("Content-Type", ""), response.read()


@pytest.mark.parametrize("call", WRONG, ids=str)
def test_what_is_wrong_on_the_wire_is_refused(call, stack, token):
    status, content_type, body = answer(stack.port, call, token)
    assert status == call.status
    if call.code:
        assert content_type == CONTENT_TYPE
        assert json.loads(body)["code"] == call.code


def test_who_is_refused_before_their_file_is_told_that_the_connection_ends(stack, token):
    headers = {"Authorization": f"Bearer {token.decode()}", "Idempotency-Key": "x" * 300}
    headers["Content-Type"] = "multipart/form-data; boundary=edge"
    with closing(HTTPConnection("127.0.0.1", stack.port, timeout=10)) as connection:
        connection.request("POST", "/v1/media", PART + b" " * 200_000, headers)
        refused = connection.getresponse()
        assert (refused.status, refused.headers["Connection"], bool(refused.read())) == (400, "close", True)
        connection.request("GET", "/v1/me", headers=headers)  # on a new connection, as http.client does after `close`
        assert connection.getresponse().status == 200


def test_the_server_is_none_the_worse_for_it(stack, token):
    assert stack.answers()
    call = get("what is right", 200, NOT_OURS, b"/v1/posts")
    status, _, body = answer(stack.port, call, token)
    assert (status, json.loads(body)["results"]) == (200, [])
    assert "Traceback" not in stack.said()
