"""Between granian and Django: whose turn it is, which bodies are awaited, what is sent."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from granian.rsgi import ProtocolClosed

from accounts.actions import Caller, open_session
from api.server import bodies, spool
from api.server.answers import Answer, FileWrapper, Part, answering, send
from api.server.bodies import Bodies
from api.server.clients import Clients
from api.server.environ import environ_of, set_length
from api.server.lanes import Lane
from api.server.refusal import Refused
from api.server.spool import Spool
from api.wsgi.signed_in import SIGNED_IN, note_signed_in

MAX_BYTES = 1000


class Sender:
    """A client's body, as granian hands it over: its chunks, then silence (`None`), the end, or a break."""

    def __init__(self, *chunks: bytes | None, breaks: bool = False) -> None:
        self.chunks, self.breaks = chunks, breaks

    async def __call__(self) -> bytes:
        whole = [chunk async for chunk in self]
        if self.breaks:
            raise ProtocolClosed
        return b"".join(whole)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks:
            if chunk is None:
                await asyncio.sleep(3600)
            else:
                yield chunk
        if self.breaks:
            yield b""
        yield b""


def scope(**headers: str) -> Any:
    items = [(name.lower(), value) for name, value in headers.items()]
    return SimpleNamespace(
        method="POST", path="/v1/é", query_string="a=b", scheme="http", http_version="1.1", client="[::1]:5",
        server="127.0.0.1:8000", headers=SimpleNamespace(items=lambda: items),
    )  # fmt: skip


async def refusal(waiting: Awaitable[object]) -> str:
    """The code that this is refused with; empty if it is not."""
    try:
        await waiting
    except Refused as refused:
        return refused.code
    return ""


def lengths(length: int | None) -> dict[str, Any]:
    return {"HTTP_TRANSFER_ENCODING": "chunked"} if length is None else {"CONTENT_LENGTH": str(length)}


def test_the_environ():
    given = scope(**{"Content-Type": "text/plain", "X_Forwarded_For": "6.6.6.6", "Accept": "a/b"})
    environ = environ_of(given)
    assert (environ["PATH_INFO"], environ["REMOTE_ADDR"], environ["CONTENT_TYPE"]) == ("/v1/Ã©", "::1", "text/plain")
    assert "HTTP_X_FORWARDED_FOR" not in environ


def test_repeated_headers_are_joined():
    given = scope()
    given.headers = SimpleNamespace(items=lambda: [("accept", "a"), ("accept", "b"), ("cookie", "c"), ("cookie", "d")])
    environ = environ_of(given)
    assert (environ["HTTP_ACCEPT"], environ["HTTP_COOKIE"]) == ("a,b", "c; d")


@pytest.mark.parametrize("length", [4, None])
def test_a_body_is_received_with_its_length(length):
    environ = lengths(length)
    assert asyncio.run(received_body(Bodies(MAX_BYTES), Sender(b"ab", b"cd"), environ)) == b"abcd"
    assert (environ["CONTENT_LENGTH"], "HTTP_TRANSFER_ENCODING" in environ) == ("4", False)


@pytest.mark.parametrize(
    ("length", "sender", "code"),
    [
        (MAX_BYTES + 1, Sender(None), "too_large"),
        (None, Sender(b"x" * MAX_BYTES, b"x", None), "too_large"),
        (9, Sender(b"x", breaks=True), "parse_error"),
        (None, Sender(b"x", breaks=True), "parse_error"),
        (9, Sender(b"x", None), "too_slow"),
        (None, Sender(b"x", None), "too_slow"),
    ],
)
def test_bodies_that_are_refused(length, sender, code, monkeypatch):
    monkeypatch.setattr(bodies, "SECONDS", 0.01)  # instead of waiting for 20
    assert asyncio.run(refusal(received_body(Bodies(MAX_BYTES), sender, lengths(length)))) == code


def test_the_oldest_body_makes_room(monkeypatch):
    monkeypatch.setattr(bodies, "MAX_SMALL", 3)

    async def go() -> list[str]:
        receiving = Bodies(MAX_BYTES)
        slow = [asyncio.create_task(refusal(received_body(receiving, Sender(None), lengths(5)))) for _ in range(5)]
        await asyncio.sleep(0.01)
        assert await received_body(receiving, Sender(b"quick"), lengths(5)) == b"quick"
        await asyncio.sleep(0.01)
        done = [task.result() if task.done() else "waits" for task in slow]
        for task in slow:
            task.cancel()
        return done

    assert asyncio.run(go()) == ["too_slow"] * 3 + ["waits"] * 2


@pytest.mark.parametrize("length", [400, None])
def test_bodies_that_are_here_keep_their_room_until_their_requests_are_answered(length, monkeypatch):
    """Of 1,000 bytes; a body in chunks takes what it may have until its size is known."""
    monkeypatch.setattr(bodies, "MAX_BYTES_AT_ONCE", 1000)

    async def go() -> None:
        receiving, answered = Bodies(MAX_BYTES if length else 500), asyncio.Event()

        def asked() -> "asyncio.Task[str]":
            return asyncio.create_task(
                refusal(received_body(receiving, Sender(b"x" * 400), lengths(length), until=answered))
            )

        held = [asked(), asked()]
        another = asked()
        await asyncio.sleep(0.01)
        assert another.done()
        assert await another == "busy"
        answered.set()
        assert await asyncio.gather(*held) == ["", ""]
        assert await asked() == ""

    asyncio.run(go())


def test_bodies_that_are_awaited_make_room_for_bytes(monkeypatch):
    monkeypatch.setattr(bodies, "MAX_BYTES_AT_ONCE", 1000)

    async def go() -> list[str]:
        receiving = Bodies(MAX_BYTES)
        slow = [asyncio.create_task(refusal(received_body(receiving, Sender(None), lengths(400)))) for _ in range(2)]
        await asyncio.sleep(0.01)
        assert await received_body(receiving, Sender(b"x" * 900), lengths(900)) == b"x" * 900
        return list(await asyncio.gather(*slow))

    assert asyncio.run(go()) == ["too_slow"] * 2


def test_a_client_with_its_share_of_bytes_makes_room_itself(monkeypatch):
    monkeypatch.setattr(bodies, "MAX_BYTES_PER_CLIENT", 1000)

    async def go() -> None:
        receiving = Bodies(MAX_BYTES)
        others = asyncio.create_task(received_body(receiving, Sender(None), lengths(400), client="another"))
        await asyncio.sleep(0.01)
        slow = [asyncio.create_task(refusal(received_body(receiving, Sender(None), lengths(400)))) for _ in range(2)]
        await asyncio.sleep(0.01)
        assert await received_body(receiving, Sender(b"x" * 400), lengths(400)) == b"x" * 400
        assert (await slow[0], slow[1].done(), others.done()) == ("too_slow", False, False)
        for task in (slow[1], others):
            task.cancel()

    asyncio.run(go())


def test_a_client_with_its_share_of_bytes_makes_no_other_wait(monkeypatch):
    monkeypatch.setattr(bodies, "MAX_BYTES_PER_CLIENT", 1000)

    async def go() -> None:
        receiving, answered = Bodies(MAX_BYTES), asyncio.Event()
        bulky = Sender(b"x" * 900)
        held = asyncio.create_task(received_body(receiving, bulky, lengths(900), until=answered))
        await asyncio.sleep(0.01)
        assert await refusal(received_body(receiving, bulky, lengths(900))) == "busy"
        assert await received_body(receiving, bulky, lengths(900), client="another")
        answered.set()
        assert await held

    asyncio.run(go())


async def received_body(
    receiving: Bodies,
    sender: Sender,
    environ: dict[str, Any],
    *,
    client: str = "somebody",
    until: asyncio.Event | None = None,
) -> bytes:
    """What is received, when the request is answered."""
    async with receiving.received(sender, environ, client) as body:
        if until is not None:
            await until.wait()
        return body


def received(
    sender: Sender, length: int | None, receiving: Spool | None = None, client: str = "somebody"
) -> Callable[[], Awaitable[bytes]]:
    async def go() -> bytes:
        async with (receiving or Spool(MAX_BYTES)).received(sender, lengths(length), client) as file:
            return file.read()

    return go


@pytest.mark.parametrize("length", [4, None])
def test_a_file_is_received(length):
    assert asyncio.run(received(Sender(b"ab", b"cd"), length)()) == b"abcd"


@pytest.mark.parametrize(
    ("length", "sender", "code"),
    [
        (MAX_BYTES + 1, Sender(None), "too_large"),
        (None, Sender(b"x" * MAX_BYTES, b"x", None), "too_large"),
        (9, Sender(b"x", breaks=True), "parse_error"),
        (9, Sender(b"x", None), "too_slow"),
    ],
)
def test_files_that_are_refused(length, sender, code, monkeypatch):
    monkeypatch.setattr(spool, "SILENT_SECONDS", 0.01)  # instead of waiting for 30
    assert asyncio.run(refusal(received(sender, length)())) == code


KEPT = [
    (Sender(b"ab", b"c", breaks=True), b"abc"),
    (Sender(b"ab", None), b"ab"),
    (Sender(b"x" * 300_000, b"y", breaks=True), b"x" * 300_000 + b"y"),
]


@pytest.mark.parametrize(("sender", "kept"), KEPT, ids=["broke off", "fell silent", "large"])
def test_what_came_before_a_break_is_kept_where_that_is_wanted(sender, kept, monkeypatch):
    monkeypatch.setattr(spool, "SILENT_SECONDS", 0.1)
    environ = lengths(400_000)

    async def read() -> bytes:
        async with Spool(400_000).received(sender, environ, "me", keeps_part=True) as file:
            return file.read()

    assert asyncio.run(read()) == kept
    assert environ["CONTENT_LENGTH"] == str(len(kept))


@pytest.mark.parametrize(
    ("sender", "code"),
    [
        (Sender(breaks=True), "parse_error"),
        (Sender(None), "too_slow"),
        (Sender(b"x" * (MAX_BYTES + 1)), "too_large"),
    ],
    ids=["nothing came", "nothing ever came", "too much came"],
)
def test_what_is_refused_all_the_same(sender, code, monkeypatch):
    monkeypatch.setattr(spool, "SILENT_SECONDS", 0.1)

    async def read() -> None:
        async with Spool(MAX_BYTES).received(sender, lengths(None), "me", keeps_part=True):
            raise AssertionError("it was taken")

    assert asyncio.run(refusal(read())) == code


def test_a_full_disk_is_told(monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spool, "_write_all", full)  # no disk of ours can be filled here
    assert asyncio.run(refusal(received(Sender(b"ab"), 2)())) == "storage_unavailable"


def test_the_slowest_file_makes_room(monkeypatch):
    monkeypatch.setattr(spool, "MAX_AT_ONCE", 2)

    async def go() -> list[str]:
        receiving = Spool(MAX_BYTES)
        waiting = [Sender(b"x", None), Sender(b"x" * 500, None)]
        slow = [asyncio.create_task(refusal(received(sender, 900, receiving)())) for sender in waiting]
        await asyncio.sleep(0.01)
        assert await refusal(received(Sender(b"quick"), 5, receiving)()) == "busy"  # nobody has had their chance
        monkeypatch.setattr(spool, "CHANCE_SECONDS", 0.0)
        monkeypatch.setattr(spool, "SLOW_BYTES_PER_SECOND", 10**6)
        assert await received(Sender(b"quick"), 5, receiving)() == b"quick"
        done = [task.result() if task.done() else "waits" for task in slow]
        for task in slow:
            task.cancel()
        return done

    assert asyncio.run(go()) == ["too_slow", "waits"]


def test_a_client_with_its_share_of_files_makes_no_other_wait(monkeypatch):
    monkeypatch.setattr(spool, "MAX_PER_CLIENT", 2)

    async def go() -> None:
        receiving = Spool(MAX_BYTES)
        slow = [asyncio.create_task(refusal(received(Sender(None), 900, receiving)())) for _ in range(4)]
        await asyncio.sleep(0.01)
        assert [task.done() and task.result() for task in slow] == [False, False, "busy", "busy"]
        assert await received(Sender(b"quick"), 5, receiving, "another")() == b"quick"
        for task in slow:
            task.cancel()

    asyncio.run(go())


def test_one_clients_requests_wait_behind_their_own():
    async def go() -> list[str]:
        lane, gate, order = Lane("test", threads=2, per_client=1), threading.Event(), list[str]()

        def work(name: str, wait: bool) -> Callable[[], None]:
            def do() -> None:
                if wait:
                    gate.wait()
                order.append(name)

            return do

        greedy = [asyncio.create_task(lane.run("greedy", work(f"greedy {n}", True))) for n in range(5)]
        await asyncio.sleep(0.01)
        await asyncio.gather(*(lane.run("other", work(f"other {n}", False)) for n in range(3)))
        gate.set()
        await asyncio.gather(*greedy)
        return order

    assert asyncio.run(go()) == [*(f"other {n}" for n in range(3)), *(f"greedy {n}" for n in range(5))]


@pytest.mark.parametrize("bounds", [{"max_waiting": 3}, {"max_waiting_per_client": 3}])
def test_a_full_lane_is_busy(bounds):
    async def go() -> list[str]:
        lane, gate = Lane("test", threads=1, per_client=1, **bounds), threading.Event()
        tasks = [asyncio.create_task(refusal(lane.run("somebody", gate.wait))) for _ in range(6)]
        await asyncio.sleep(0.01)
        gate.set()
        return list(await asyncio.gather(*tasks))

    assert asyncio.run(go()) == ["", "", "", "", "busy", "busy"]


def test_a_turn_that_comes_too_late_is_busy():
    async def go() -> list[str]:
        lane, gate = Lane("test", threads=1, per_client=1, max_wait_seconds=0.01), threading.Event()
        tasks = [asyncio.create_task(refusal(lane.run("somebody", gate.wait))) for _ in range(3)]
        await asyncio.sleep(0.05)
        gate.set()
        done = list(await asyncio.gather(*tasks))
        assert await lane.run("somebody", lambda: True)
        return done

    assert asyncio.run(go()) == ["", "busy", "busy"]


def test_what_a_request_raises_is_raised_and_its_thread_is_free_again():
    async def go() -> int:
        lane = Lane("test", threads=1, per_client=1)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await lane.run("somebody", lambda: 1 // 0)
        return await lane.run("somebody", lambda: 1)

    assert asyncio.run(go()) == 1


def test_the_thread_that_was_free_last_is_taken_first():
    async def go() -> set[str]:
        lane, all_here = Lane("test", threads=3, per_client=3), threading.Barrier(3)
        await asyncio.gather(*(lane.run("somebody", all_here.wait) for _ in range(3)))
        return {await lane.run("somebody", lambda: threading.current_thread().name) for _ in range(6)}

    assert len(asyncio.run(go())) == 1


def test_those_behind_a_client_take_turns_and_who_has_most_makes_room():
    async def go():
        lane, gate = Lane("test", threads=1, per_client=1, max_waiting_per_client=4), threading.Event()
        order = list[str]()

        def asked(member, work):
            return asyncio.create_task(refusal(lane.run("an address", work, member=member)))

        first = asked("greedy", gate.wait)
        await asyncio.sleep(0.01)
        greedy = [asked("greedy", lambda: order.append("greedy")) for _ in range(5)]
        quiet = [asked("quiet", lambda: order.append("quiet")) for _ in range(2)]
        await asyncio.sleep(0.01)
        gate.set()
        assert await asyncio.gather(first, *quiet) == [""] * 3
        return order, await asyncio.gather(*greedy), lane.waiting

    order, greedy, waiting = asyncio.run(go())
    assert order == ["greedy", "quiet", "greedy", "quiet"]
    assert greedy == ["", "", "busy", "busy", "busy"]
    assert waiting == 0


def test_who_is_not_known_is_their_address_whatever_they_sign_in_with():
    """Or one machine with a thousand made-up tokens would have a thousand turns."""
    clients, here = Clients(), {"REMOTE_ADDR": "127.0.0.1"}
    made_up = [clients.of({"HTTP_AUTHORIZATION": f"Bearer {n}", **here}) for n in range(9)]
    made_up += [clients.of({"HTTP_COOKIE": f"sessionid={n}", **here}) for n in range(9)]
    assert {one.name for one in made_up} == {clients.of(here).name} != {clients.of({"REMOTE_ADDR": "127.0.0.2"}).name}
    assert len({one.member for one in made_up}) == 18


def signed_in(clients, authorization, person_id):
    """The client of the second request."""
    environ = {"HTTP_AUTHORIZATION": authorization, "REMOTE_ADDR": "127.0.0.1"}
    clients.of(environ)
    note_signed_in(environ, person_id)
    return clients.of(environ)


def test_people_at_one_address_are_told_apart_once_they_are_known():
    clients = Clients()
    alice, bob = signed_in(clients, "Bearer a", 1), signed_in(clients, "Bearer b", 2)
    assert len({alice.name, bob.name, clients.of({"REMOTE_ADDR": "127.0.0.1"}).name}) == 3
    assert {signed_in(clients, "Bearer  a", 1), signed_in(clients, "bearer a2", 1)} == {alice}


def test_only_so_many_are_remembered():
    clients = Clients(max_remembered=2)
    first, *_ = [signed_in(clients, f"Bearer {n}", n) for n in range(3)]
    assert len(clients.people) == 2
    assert clients.of({"HTTP_AUTHORIZATION": "Bearer 0", "REMOTE_ADDR": "127.0.0.1"}) != first


def test_django_says_who_it_is_only_of_good_credentials(alice, client):
    told = []
    good = open_session(user=alice, caller=Caller()).access
    for token, status in ((good, 200), ("made.up.one", 401), (good[:-2], 401)):
        headers = {"Authorization": f"Bearer {token}"}
        assert client.get("/v1/me", headers=headers, **{SIGNED_IN: told.append}).status_code == status
    assert client.get("/v1/me", **{SIGNED_IN: told.append}).status_code == 401
    assert told == [alice.pk]
    client.force_login(alice)
    assert client.get("/v1/me", **{SIGNED_IN: told.append}).status_code == 200
    assert told == [alice.pk] * 2


def application_of(body: Any, *headers: tuple[str, str]) -> Any:
    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        start_response("200 OK", list(headers))
        return environ["wsgi.file_wrapper"](body) if hasattr(body, "read") else body

    return application


def answer_of(application: Any, environ: dict[str, Any]) -> Answer:
    with answering(application, environ) as answer:
        return answer


def test_an_answer_of_bytes():
    assert answer_of(application_of([b"a", b"b"], ("X-A", "b")), {}) == (200, [("X-A", "b")], b"ab")


@pytest.mark.parametrize(
    ("headers", "received", "version", "closes"),
    [
        ({"Content-Length": "5"}, False, "1.1", True),
        ({"Transfer-Encoding": "chunked"}, False, "1.1", True),
        ({"Content-Length": "5"}, True, "1.1", False),
        ({"Transfer-Encoding": "chunked"}, True, "1.1", False),
        ({}, False, "1.1", False),
        ({"Content-Length": "5"}, False, "2", False),
    ],
)
def test_an_answer_before_the_body_says_that_the_connection_ends(headers, received, version, closes):
    given = scope(**headers)
    given.http_version = version
    environ, sent = environ_of(given), []
    if received:
        set_length(environ, 5)
    protocol: Any = SimpleNamespace(response_bytes=lambda *answer: sent.append(answer))
    send(protocol, environ, Answer(400, [("X-A", "b")], b""))
    assert sent == [(400, [("X-A", "b"), *([("Connection", "close")] if closes else [])], b"")]


def test_an_answer_of_a_file_is_where_it_is_and_the_file_is_closed(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    file = path.open("rb")
    file.seek(2)
    headers = ("Content-Length", "3")
    assert answer_of(application_of(file, headers), {}) == (200, [headers], Part(str(path), 2, 5))
    assert file.closed
    with path.open("rb") as file:
        assert FileWrapper(file).part([]) is None  # of unknown length: read and sent as bytes
