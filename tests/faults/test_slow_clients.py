"""Clients that read or send next to nothing keep nobody else from being answered."""

import contextlib
import http.client
import io
import secrets
import socket
from collections.abc import Iterator

import pytest
from PIL import Image

from tests.support.faulty_world import FaultyWorld, picture
from tests.support.slow_clients import answered, drip, head, is_ended, open_connection, problem_in
from tests.support.slow_clients import slow_readers as reading
from tests.support.slow_clients import slow_senders as sending
from tests.support.stack_run import eventually, open_files

pytestmark = pytest.mark.slow
CLIENTS = 1000


class World(FaultyWorld):
    """Alice with a photo that fits into no buffer between server and client, and bob, who follows her."""

    large = rendition = ""

    def populate(self) -> None:
        super().populate()
        self.published(5)
        file = io.BytesIO()
        noise = Image.frombytes("RGB", (2600, 1900), secrets.token_bytes(2600 * 1900 * 3))
        noise.save(file, "JPEG", quality=98)
        self.photograph = file.getvalue()
        self.large = self.upload(self.photograph).json["id"]
        assert eventually(lambda: self.state_of(self.large) == "ready", 60)
        shown = self.call("GET", f"/v1/media/{self.large}", "alice").json["renditions"]
        self.rendition = shown[-1]["url"].partition(str(self.stack.port))[2]

    def is_served(self) -> bool:
        """Whether people read, write and upload, ten times over, each within the client's time-out."""
        for _ in range(10):
            feed = self.call("GET", "/v1/feed", "bob")
            assert (feed.status, len(feed.json["results"])) == (200, 5), feed
        assert self.call("PATCH", "/v1/me", "bob", {"bio": "still here"}).status == 200
        assert self.log_in("bob").status == 200
        assert self.upload(picture()).status == 202
        return True


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("slow"))
    world.stack.variables["PYSTAGRAM_RATE_LIMITS"] = "false"
    try:
        world.stack.start()
        world.populate()
        yield world
    finally:
        world.clear()


@pytest.mark.parametrize("what", ["original", "rendition", "feed"])
def test_slow_readers(world, what):
    paths = {"original": f"/v1/media/{world.large}/original", "rendition": world.rendition, "feed": "/v1/feed"}
    with reading(world.stack.port, CLIENTS, paths[what], "" if what == "rendition" else world.tokens["alice"]):
        assert world.is_served()
    assert world.is_served()


def test_readers_that_take_nothing_are_ended(world):
    with reading(world.stack.port, CLIENTS, f"/v1/media/{world.large}/original", world.tokens["alice"]) as clients:
        client = clients[0]
        client.settimeout(3)
        got = len(client.recv(4096))
        assert got
        assert eventually(lambda: not open_responses(world), 90)
        assert all(is_ended(one) for one in clients[:20])


def open_responses(world: World) -> int:
    """How often the processes of the API hold an original open."""
    return sum("/originals/" in name for pid in world.pids_of("api") for name in open_files(pid))


@pytest.fixture(scope="module")
def waiting(world: World) -> Iterator[dict[str, list[socket.socket]]]:
    """Clients of every kind that fall silent. All at once, for each kind is waited for half a minute."""
    with contextlib.ExitStack() as scope:
        bob, port = world.tokens["bob"], world.stack.port
        silent = [scope.enter_context(open_connection(port)) for _ in range(CLIENTS)]
        for client in silent:
            client.sendall(b"GET /v1/feed HT")
        json = scope.enter_context(sending(port, CLIENTS))
        uploads = scope.enter_context(sending(port, 100, "/v1/media", length=1_000_000, token=bob))
        yield {"silent": silent, "json": json, "uploads": uploads}


def test_slow_clients_of_every_kind_at_once(world, waiting):
    assert drip(waiting["json"]) > 0
    assert drip(waiting["uploads"]) == 100
    assert world.is_served()


def test_slow_senders_of_json_are_refused(world, waiting):
    assert eventually(lambda: len(answered(waiting["json"])) == CLIENTS, 40)
    assert problem_in(waiting["json"][-1]) == (408, "too_slow")
    assert world.is_served()


def test_slow_uploads_are_refused(world, waiting):
    assert eventually(lambda: len(answered(waiting["uploads"])) == 100, 60)
    assert problem_in(waiting["uploads"][0]) == (408, "too_slow")


def test_silent_connections_are_ended(world, waiting):
    assert eventually(lambda: len(answered(waiting["silent"])) == CLIENTS, 60)
    assert world.is_served()


def test_many_large_bodies_make_room_for_each_other(world):
    with sending(world.stack.port, 300, length=900_000) as clients:
        assert eventually(lambda: len(answered(clients)) >= 300 - 2 * 64)
        assert problem_in(clients[0]) == (408, "too_slow")
        assert world.is_served()


def test_without_a_log_in_not_a_byte_of_an_upload_is_awaited(world):
    with sending(world.stack.port, CLIENTS, "/v1/media", length=1_000_000) as clients:
        assert eventually(lambda: len(answered(clients)) == CLIENTS)
        assert problem_in(clients[0]) == (401, "not_authenticated")


def test_a_body_in_chunks_is_a_body(world):
    text = b'{"bio": "in chunks"}'
    parts = [text[:5], text[5:]]
    with open_connection(world.stack.port) as client:
        lines = ("Content-Type: application/json", "Transfer-Encoding: chunked")
        client.sendall(head("PATCH", "/v1/me", *lines, token=world.tokens["alice"]))
        client.sendall(b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in [*parts, b""]))
        assert client.recv(65536).startswith(b"HTTP/1.1 200 ")
    assert world.call("GET", "/v1/me", "alice").json["bio"] == "in chunks"


def test_a_body_in_chunks_is_bounded_and_whole(world):
    lines = ("Content-Type: application/json", "Transfer-Encoding: chunked")
    with open_connection(world.stack.port) as client:
        client.sendall(head("PATCH", "/v1/me", *lines, token=world.tokens["alice"]))
        client.sendall(b"%x\r\n%s\r\n" % (1_100_000, b" " * 1_100_000))
        assert problem_in(client) == (413, "too_large")
    with open_connection(world.stack.port) as client:
        client.sendall(head("PATCH", "/v1/me", *lines, token=world.tokens["alice"]) + b'e\r\n{"bio": "cut"}\r\n')
        client.shutdown(1)
        assert problem_in(client) == (400, "parse_error")
    assert world.call("GET", "/v1/me", "alice").json["bio"] != "cut"


def test_an_upload_in_chunks_is_taken(world):
    photo = picture()
    form = b'--e\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n' + photo + b"\r\n--e--\r\n"
    connection = http.client.HTTPConnection("127.0.0.1", world.stack.port, timeout=10)
    headers = {
        "Authorization": f"Bearer {world.tokens['alice']}",
        "Content-Type": "multipart/form-data; boundary=e",
        "Transfer-Encoding": "chunked",
    }
    connection.request("POST", "/v1/media", iter([form[:100], form[100:]]), headers, encode_chunked=True)
    assert connection.getresponse().status == 202
    connection.close()


@pytest.mark.parametrize("what", ["original", "rendition"])
def test_files_come_whole_in_part_and_not_again(world, what):
    path = {"original": f"/v1/media/{world.large}/original", "rendition": world.rendition}[what]
    signed = {"Authorization": f"Bearer {world.tokens['alice']}"}
    connection = http.client.HTTPConnection("127.0.0.1", world.stack.port, timeout=10)

    def get(method: str = "GET", **headers: str) -> tuple[int, bytes, http.client.HTTPMessage]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers={**(signed if what == "original" else {}), **named})
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers

    status, whole, told = get()
    size, etag = len(whole), told["ETag"]
    assert (status, told["Content-Length"], told["Accept-Ranges"]) == (200, str(size), "bytes")
    assert what == "rendition" or whole == world.photograph
    assert get("HEAD")[:2] == (200, b"")
    status, part, told = get(Range=f"bytes={size - 10}-")
    assert (status, part, told["Content-Range"]) == (206, whole[-10:], f"bytes {size - 10}-{size - 1}/{size}")
    assert get(Range="bytes=100-199")[:2] == (206, whole[100:200])
    assert get(Range="bytes=-5")[:2] == (206, whole[-5:])
    assert get(Range="bytes=100-199", If_Range='"another"')[:2] == (200, whole)
    assert get(Range="bytes=100-199", If_Range=etag)[:2] == (206, whole[100:200])
    assert get(Range=f"bytes={size}-")[0] == 416
    assert get(If_None_Match=etag)[:2] == (304, b"")
    assert get()[:2] == (200, whole)
    connection.close()
