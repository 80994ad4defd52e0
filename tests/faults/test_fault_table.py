"""Endpoint by endpoint: what is answered, and how soon, while a part is away. "Degrade, don't die", as a table.

test_faults.py looks at the effects; here every row is asked under every fault, and a silent server counts as much
as one that refuses. Bounds are those that docs and design promise, not measurements.
"""

import contextlib
import os
import secrets
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.support import s3_gate
from tests.support.faulty_world import Answer, FaultyWorld, picture
from tests.support.s3_server import S3Server, s3_server
from tests.support.stack_run import eventually

pytestmark = pytest.mark.slow
MINUTE = 60.0
Ask = Callable[["TableWorld"], Answer]


class TableWorld(FaultyWorld):
    """The small world with its media in a bucket, and something of everything in it."""

    post = rendition = ""

    def see(self) -> None:
        self.populate()
        self.post = self.published()[0]
        shown = self.call("GET", f"/v1/media/{self.photo}", "alice").json["url"]
        self.rendition = shown.partition(str(self.stack.port))[2]
        assert eventually(self.is_settled, MINUTE)

    def is_whole(self) -> bool:
        told = self.call("GET", "/readyz").json
        return told["database"] == told["redis"] == "ok"


@dataclass(frozen=True)
class Row:
    """One endpoint: how it is asked, what it answers in health, and what it needs."""

    name: str
    ask: Ask
    well: int
    needs: frozenset[str] = frozenset({"database"})


def reads(path: str, who: str = "bob") -> Ask:
    return lambda world: world.call("GET", path.format(post=world.post, photo=world.photo), who)


def registers(world: TableWorld) -> Answer:
    name = f"p{secrets.token_hex(6)}"
    form = {"username": name, "name": name, "email": f"{name}@example.com", "password": "correct-horse-battery"}
    return world.call("POST", "/v1/auth/register", body={**form, "birth_date": "1990-05-17"})


BOTH = frozenset({"database", "storage"})
ROWS = [
    Row("feed", reads("/v1/feed"), 200),
    Row("a post", reads("/v1/posts/{post}"), 200),
    Row("a profile", reads("/v1/users/alice"), 200),
    Row("a profile's posts", reads("/v1/users/alice/posts"), 200),
    Row("stories", reads("/v1/stories"), 200),
    Row("one's media", reads("/v1/media/{photo}", "alice"), 200),
    Row("log-in", lambda world: world.log_in("bob"), 200),
    Row("registration", registers, 201),
    Row("publishing", lambda world: world.publish(), 201),
    Row("a like", lambda world: world.call("PUT", f"/v1/posts/{world.post}/like", "bob"), 200),
    Row("a comment", lambda world: world.call("POST", f"/v1/posts/{world.post}/comments", "bob", {"text": "hi"}), 201),
    Row("a follow", lambda world: world.call("PUT", "/v1/users/alice/follow", "bob"), 200),
    Row("an upload", lambda world: world.upload(picture()), 202, BOTH),
    Row("an original", reads("/v1/media/{photo}/original", "alice"), 302, BOTH),
    Row("a rendition", lambda world: world.call("GET", world.rendition), 302, frozenset()),
    Row("limits", lambda world: world.call("GET", "/v1/instance"), 200, frozenset()),
    Row("health", lambda world: world.call("GET", "/healthz"), 200, frozenset()),
]
REFUSALS = {"database": ("database_unavailable", 3.0), "storage": ("storage_unavailable", 10.0)}
DEGRADED_SECONDS = 3.0  # without Redis or broker: a try that times out, and the work itself


@pytest.fixture(scope="module")
def bucket() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, bucket: S3Server) -> Iterator[TableWorld]:
    world = TableWorld(tmp_path_factory.mktemp("table"))
    world.stack.variables |= bucket.environment()
    try:
        world.stack.start()
        world.see()
        yield world
    finally:
        world.clear()


@contextlib.contextmanager
def killed(world: TableWorld, name: str) -> Iterator[None]:
    """Meanwhile connections to it are refused; then the supervisor brings it back."""
    with world.nothing_restarts():
        world.kill(name)
        yield


@contextlib.contextmanager
def store_hangs(bucket: S3Server) -> Iterator[None]:
    assert bucket.gate is not None
    bucket.gate.fail(s3_gate.hang)
    try:
        yield
    finally:
        bucket.gate.calm()


Fault = Callable[[TableWorld, S3Server], contextlib.AbstractContextManager[None]]
FAULTS: dict[str, tuple[str, Fault]] = {
    "nothing away": ("", lambda world, bucket: contextlib.nullcontext()),
    "Redis and broker refused": ("redis", lambda world, bucket: killed(world, "valkey")),
    "Redis and broker silent": ("redis", lambda world, bucket: world.frozen("valkey")),
    "broker silent": ("broker", lambda world, bucket: world.broker.silent()),
    "storage refusing": ("storage", lambda world, bucket: bucket.gate.outage()),
    "storage silent": ("storage", lambda world, bucket: store_hangs(bucket)),
    "PostgreSQL refused": ("database", lambda world, bucket: killed(world, "postgres")),
    "PostgreSQL silent": ("database", lambda world, bucket: world.frozen("postgres")),
}


def wrong(row: Row, away: str, answer: Answer) -> str:
    """What is wrong with an answer while that part is away; empty if nothing is."""
    said = f"{row.name}: {answer.status} after {answer.seconds:.1f} s"
    if away not in row.needs:
        fine = answer.status == row.well and answer.seconds <= DEGRADED_SECONDS
        return "" if fine else f"{said}, not {row.well} within {DEGRADED_SECONDS:.0f} s"
    code, seconds = REFUSALS[away]
    told = answer.json["code"] if answer.type == "application/problem+json" else answer.type
    fine = (answer.status, told) == (503, code) and answer.seconds <= seconds
    return "" if fine else f"{said} {told}, not 503 {code} within {seconds:.0f} s"


@pytest.mark.parametrize("name", FAULTS)
def test_the_table(world, bucket, name, record_property):
    away, fault = FAULTS[name]
    with fault(world, bucket):
        answers = [(row, row.ask(world)) for row in ROWS]
        ready = world.call("GET", "/readyz")
    for row, answer in answers:
        record_property(row.name, f"{answer.status} in {answer.seconds:.2f} s")
    assert not [text for row, answer in answers if (text := wrong(row, away, answer))]
    assert ready.status == (503 if away == "database" else 200)
    assert eventually(world.is_whole, MINUTE)
    assert world.publish().status == 201
    assert eventually(lambda: world.upload(picture()).status == 202, MINUTE)


def test_postgres_restarted_under_load(world):
    """Three readers and three writers: nothing but answers and prompt problems, then all is as before."""
    api = world.pids_of("api")
    askers: list[Callable[[], Answer]] = [world.feed, world.publish, *(lambda r=row: r.ask(world) for row in ROWS[1:5])]
    with contextlib.ExitStack() as scope:
        heard = [scope.enter_context(world.using(ask)) for ask in askers]
        assert eventually(lambda: all(len(answers) > 3 for answers in heard))
        postgres = world.stack.program("postgres")
        os.kill(postgres, signal.SIGINT)  # PostgreSQL's own fast shutdown
        assert eventually(lambda: world.stack.program("postgres") not in (0, postgres), MINUTE)
        before = [len(answers) for answers in heard]
        assert eventually(lambda: all(is_well(answers[n:]) for answers, n in zip(heard, before, strict=True)), MINUTE)
    everything = [answer for answers in heard for answer in answers]
    refused = [answer for answer in everything if answer.status == 503]
    assert {answer.status for answer in everything} <= {200, 201, 503}
    assert refused
    assert {answer.json["code"] for answer in refused} == {"database_unavailable"}
    assert max(answer.seconds for answer in refused) <= 3
    assert world.pids_of("api") == api
    posts = [int(answer.json["id"]) for answer in heard[1] if answer.status == 201]
    assert world.rows("select count(*) from posts_post where id = any(%s)", posts) == [(len(posts),)]


def is_well(answers: list[Answer]) -> bool:
    """Whether the newest answers are no refusals."""
    return len(answers) > 3 and all(answer.status in {200, 201} for answer in answers[-3:])
