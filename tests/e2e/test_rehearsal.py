"""The compose file's services run by their very commands, and its proxy keeps what it promises."""

import gzip
import http.client
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.problems import CATALOGUE
from api.throttles import RATES
from tests.support.confinement import size
from tests.support.faulty_world import picture
from tests.support.rehearsal import ONE_SHOTS, Rehearsal, RehearsedWorld, rehearsal
from tests.support.stack_run import children, eventually

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running() -> Iterator[Rehearsal]:
    with rehearsal() as running:
        yield running


@pytest.fixture(scope="module")
def world(running: Rehearsal) -> RehearsedWorld:
    world = running.world()
    world.populate()
    return world


class Reply:
    """What the proxy answered to one request."""

    def __init__(self, running: Rehearsal, method: str, path: str, body: object = None, **headers: str) -> None:
        port = running.ports["proxy"]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        # A dash for `_`, and for `__` what WSGI takes for a dash as well.
        names = {name.replace("_", "-").replace("--", "_"): value for name, value in headers.items()}
        connection.request(method, path, body, names, encode_chunked=not isinstance(body, bytes | str | None))
        reply = connection.getresponse()
        self.status, self.headers, self.body = reply.status, reply.headers, reply.read()
        connection.close()

    def is_problem(self, code: str) -> bool:
        status, title = CATALOGUE[code]
        told = json.loads(self.body)
        assert self.headers["Content-Type"] == "application/problem+json"
        assert told["type"].endswith(f"/docs/errors#{code}")
        return (self.status, told["code"], told["title"], told["status"]) == (status, code, title, status)


def logged(running: Rehearsal) -> list[dict[str, object]]:
    """The lines of the proxy's log that are about requests."""
    lines = (running.folder / "proxy.log").read_text().splitlines()
    return [found for line in lines if '"request"' in line and (found := json.loads(line[line.index("{") :]))]


def test_every_service_runs(running, world):
    named = {row.name for row in running.rows}
    assert named == {name for name, one in running.services.items() if "profiles" not in one} - {"seaweedfs"}
    assert {row.healthy for row in running.rows if row.name in ONE_SHOTS} == {"done"}
    posts = world.published()
    assert eventually(lambda: world.shows(posts, "cache"), 30)


def test_services_are_held_as_compose_would(running):
    """Where the tests may do that: nothing is written but to volumes and to memory, with no right of root."""
    for name, confinement in running.confinements.items():
        pid = next(iter(children(running.children[name].guard.pid)), 0) if name in running.children else 0
        if pid:
            status = Path(f"/proc/{pid}/status").read_text()
            assert "NoNewPrivs:\t1\n" in status, name
            assert f"CapEff:\t{1 << 10 if name == 'proxy' else 0:016x}\n" in status, name
            mounts = [line.split() for line in Path(f"/proc/{pid}/mountinfo").read_text().splitlines()]
            assert [mount[5].split(",")[0] for mount in mounts if mount[4] == "/"] == ["ro"], name
            processes, most = confinement.processes() or (1, running.services[name]["pids_limit"])
            assert 0 < processes < most / 2, name
            assert most == running.services[name]["pids_limit"], name
        assert (confinement.peak() or 0) < size(running.services[name]["mem_limit"])


def test_a_process_that_crashes_twice_leaves_the_other_serving(running):
    """As kill -9 does, or a request that crashes whoever answers it."""
    api = running.children["api"]
    program = children(api.guard.pid)[0]
    healthy, victim = children(program)
    for _ in range(2):
        os.kill(victim, signal.SIGKILL)
        assert Reply(running, "GET", "/healthz").status == 200
        assert eventually(lambda victim=victim: victim not in (now := children(program)) and len(now) == 2, 30)
        victim = next(pid for pid in children(program) if pid != healthy)
    assert (api.exit_code, healthy in children(program)) == (None, True)


def test_answers_are_compressed_but_not_those_with_tokens(running, world):
    plain = Reply(running, "GET", "/v1/instance")
    packed = Reply(running, "GET", "/v1/instance", Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert Reply(running, "GET", "/v1/instance", Accept_Encoding="zstd").headers["Content-Encoding"] == "zstd"
    form = json.dumps({"username": "alice", "password": "correct-horse-battery"})
    secret = Reply(running, "POST", "/v1/auth/token", form, Content_Type="application/json", Accept_Encoding="gzip")
    assert secret.status == 200
    assert "Content-Encoding" not in secret.headers


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_what_is_inside_stays_inside(running, path):
    assert Reply(running, "GET", path).is_problem("not_found")
    assert Reply(running, "GET", "/healthz").status == 200


def test_large_bodies_are_refused(running):
    """By less than what Caddy still reads of a refused body, or it might hang up before we have read its answer."""
    drop, number = b"x" * 64_000, 18
    assert Reply(running, "POST", "/v1/posts", drop * number, Content_Type="application/json").is_problem("too_large")
    drops = (drop for _ in range(number))  # without saying how long it is
    reply = Reply(running, "POST", "/v1/posts", drops, Content_Type="application/json", Transfer_Encoding="chunked")
    assert reply.is_problem("too_large")


def test_a_photo_passes_and_comes_back_by_a_signed_address(running, world):
    photo = picture()
    media = world.upload(photo).json["id"]
    assert eventually(lambda: world.state_of(media) == "ready", 30)
    assert world.original(media) == photo
    shown = world.call("GET", f"/v1/media/{media}", "alice").json["url"]
    address = f"http://127.0.0.1:{running.ports['proxy']}"
    assert shown.startswith(f"{address}/media/")
    found = Reply(running, "GET", shown.removeprefix(address))
    assert found.status == 302
    signed = found.headers["Location"]
    store = f"localhost:{running.ports['proxy']}"
    assert signed.startswith(f"http://{store}/")
    path = signed.removeprefix(f"http://{store}")
    assert Reply(running, "GET", path, Host=store).body[:2] in {b"\xff\xd8", b"RI"}
    assert Reply(running, "GET", path.replace("Signature=", "Signature=0"), Host=store).status == 403
    assert Reply(running, "GET", path.partition("?")[0], Host=store).is_problem("not_found")
    assert Reply(running, "DELETE", path, Host=store).is_problem("not_found")


def test_a_direct_upload_passes_by_its_signed_address(running, world):
    photo = picture()
    announced = world.call("POST", "/v1/media/uploads", "alice", {"size": len(photo)}).json
    store = f"localhost:{running.ports['proxy']}"
    assert announced["url"].startswith(f"http://{store}/")
    path = announced["url"].removeprefix(f"http://{store}")
    headers = {name.replace("-", "_"): value for name, value in announced["headers"].items()}
    longer = headers | {"Content_Length": str(len(photo) + 4)}
    assert Reply(running, "PUT", path, photo + b"more", Host=store, **longer).status == 403
    assert Reply(running, "PUT", path, photo, Host=store, **headers).status == 200
    done = world.call("POST", f"/v1/media/uploads/{announced['id']}/complete", "alice")
    assert done.status in {201, 202}
    assert world.original(done.json["id"]) == photo


def test_a_file_in_parts_passes_larger_than_other_bodies_may_be(running, world):
    photo = picture() + bytes(1_500_000)  # behind its end, where nobody looks
    announced = world.call("POST", "/v1/media/uploads", "alice", {"size": len(photo)}).json
    path = f"/v1/media/uploads/{announced['id']}"
    signed = {"Authorization": f"Bearer {world.tokens['alice']}", "Content_Type": "application/offset+octet-stream"}
    for offset, data in ((0, photo[:1000]), (1000, photo[1000:])):
        reply = Reply(running, "PATCH", f"{path}/bytes", data, Upload_Offset=str(offset), **signed)
        assert (reply.status, reply.headers["Upload-Offset"]) == (204, str(offset + len(data)))
    done = world.call("POST", f"{path}/complete", "alice")
    assert done.status in {201, 202}
    assert world.original(done.json["id"]) == photo


def test_secrets_are_not_logged(running, world):
    shown = world.call("GET", f"/v1/media/{world.photo}", "alice").json["url"]
    path, _, token = shown.partition("?token=")
    path = path.partition(str(running.ports["proxy"]))[2]
    signed = Reply(running, "GET", f"{path}?token={token}", Referer=shown).headers["Location"]
    store = f"localhost:{running.ports['proxy']}"
    assert Reply(running, "GET", signed.removeprefix(f"http://{store}"), Host=store).status == 200
    assert eventually(lambda: any(path in str(line) for line in logged(running)))
    text = (running.folder / "proxy.log").read_text()
    assert path in text
    assert "token=REDACTED" in text
    assert token not in text
    assert signed.partition("X-Amz-Signature=")[2].partition("&")[0] not in text
    assert world.tokens["alice"] not in text


def test_a_forged_address_does_not_count(running):
    """Each time for another person, so that only the address can be counted; a window may end meanwhile."""
    statuses: list[int] = []
    while 429 not in statuses and len(statuses) < 2 * RATES["mail"].limit + 1:
        there = f"203.0.113.{len(statuses)}"
        form = json.dumps({"email": f"nobody.{len(statuses)}@example.com"})
        forged = {"X_Forwarded_For": there, "X__Forwarded__For": there, "Forwarded": f"for={there}"}
        reply = Reply(running, "POST", "/v1/auth/password/reset", form, Content_Type="application/json", **forged)
        statuses.append(reply.status)
    assert statuses[-1] == 429, statuses


def test_a_request_id_passes(running):
    assert Reply(running, "GET", "/v1/instance", X_Request_Id="mine-1").headers["X-Request-Id"] == "mine-1"
    assert Reply(running, "GET", "/v1/instance").headers["X-Request-Id"]


def test_an_api_that_is_away_is_a_problem(running):
    """Last: it stops the API."""
    child = running.children["api"]
    child.ask_to_stop()
    child.wait_for_end()
    began = time.monotonic()
    reply = Reply(running, "GET", "/v1/instance?token=very-secret")
    assert reply.is_problem("busy")
    assert reply.headers["Retry-After"] == "5"
    assert time.monotonic() - began < 15
    assert "very-secret" not in (running.folder / "proxy.log").read_text()
    running.start("api", running.program("api", running.words("api")))
    assert running.wait_for("api").startswith("healthy")
    assert Reply(running, "GET", "/v1/instance").status == 200


def test_the_doctor_is_content(running, world):
    """The last one, for the scheduler is seen when its first task has run, a minute after its start."""
    seen = "select 1 from events_jobrun where job = 'scheduler'"
    assert eventually(lambda: world.rows(seen), 120), "asking the doctor again and again would keep a core busy"
    doctor = running.call("api", ["python", "manage.py", "doctor"])
    assert doctor.returncode == 0, doctor.stdout
