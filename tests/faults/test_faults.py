"""Whatever dies, falls silent or forgets: people are answered, and what was acknowledged happens within a minute.

Each test hurts the running stack, uses it meanwhile, and waits for all effects; the next one finds it whole again.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from tests.support.faulty_world import Answer, FaultyWorld, picture
from tests.support.stack_run import eventually

pytestmark = pytest.mark.slow
WORKERS = ("worker", "worker-bulk")
MINUTE = 60.0
RUNG = """
    select count(*) from events_delivery where task = 'feed.tasks.fan_out' and done_at is null and attempts > 0
"""
Measure = Callable[[str], contextlib.AbstractContextManager[None]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultyWorld]:
    world = FaultyWorld(tmp_path_factory.mktemp("faults"))
    with world.running():
        yield world


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Measure:
    """`with measured("until …"):` puts the seconds into the report."""

    @contextlib.contextmanager
    def measure(name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        record_property(name, f"{time.monotonic() - began:.1f} s")

    return measure


@pytest.fixture(autouse=True)
def _whole_again(world: FaultyWorld) -> Iterator[None]:
    """However a test ends, the next one begins with everything up and done."""
    yield
    assert eventually(lambda: world.stack.answers() and all(map(world.stack.program, WORKERS)), MINUTE)
    assert eventually(world.is_settled, MINUTE)


def test_workers_killed_between_publishing_and_fan_out(world, measured):
    with world.frozen(*WORKERS):  # the broker hands them a task that they never look at
        posts = world.published(3)
        assert eventually(lambda: world.rows(RUNG) == [(3,)])
        assert world.feed().status == 200
        assert not world.has_listed(posts[:1])
        world.kill(*WORKERS)
    with measured("until the list had it"):
        assert eventually(lambda: world.has_listed(posts), MINUTE)
    assert eventually(lambda: world.shows(posts, "cache"), MINUTE)


def test_everything_in_redis_flushed_after_publishing(world, measured):
    with world.frozen(*WORKERS):
        posts = world.published(3)
        assert eventually(lambda: world.rows(RUNG) == [(3,)])
        with world.redis() as client:
            client.flushall()
        assert world.shows(posts, "rebuilt")
    with measured("until every delivery was done"):
        assert eventually(world.is_settled, MINUTE)
    assert world.has_listed(posts)
    assert eventually(lambda: world.shows(posts, "cache"), MINUTE)


@pytest.mark.parametrize("ending", ["resumes", "is cut", "is forgotten"])
def test_a_broker_that_accepts_and_stays_silent(world, measured, ending):
    began = time.monotonic()
    with world.broker.silent():
        posts = world.published(3)
        assert world.log_in("bob").status == 200
        while time.monotonic() < began + 6:  # long enough for every timeout to strike
            assert world.feed().seconds < 1.5
            posts += world.published()
            time.sleep(0.3)  # a page holds 100: a quick machine would publish more than one can show
        assert not world.has_listed(posts)
        if ending == "is cut":
            world.broker.cut()
        if ending == "is forgotten":
            world.broker.forget()
    with measured(f"until the list had it when the silence {ending}"):
        assert eventually(lambda: world.has_listed(posts), MINUTE)
    assert eventually(lambda: world.shows(posts, "cache"), MINUTE)
    assert eventually(world.is_settled, MINUTE)


def check_use_without_redis(world: FaultyWorld) -> list[str]:
    """Reads and writes go on; the feed comes from the database and is complete."""
    posts = world.published(2)
    first = world.feed()
    assert (first.status, first.json["source"]) == (200, "database")
    assert first.seconds < 1.5
    assert world.shows(posts, "database")
    assert world.log_in("bob").status == 200
    return posts


def test_redis_killed(world, measured):
    with world.nothing_restarts():
        world.kill("valkey")
        posts = check_use_without_redis(world)
    with measured("until the feed came from the cache again, complete"):
        assert eventually(lambda: world.shows(posts, "cache"), MINUTE)
        assert eventually(lambda: world.has_listed(posts), MINUTE)


def test_redis_silent(world, measured):
    with world.frozen("valkey"):
        posts = check_use_without_redis(world)
        time.sleep(3)
        posts += check_use_without_redis(world)
    with measured("until the feed came from the cache again, complete"):
        assert eventually(lambda: world.shows(posts, "cache"), MINUTE)
        assert eventually(lambda: world.has_listed(posts), MINUTE)


def check_refusals(answers: list[Answer]) -> None:
    """Meanwhile nobody saw anything but what they asked for, or a prompt problem saying that the database is away."""
    assert {answer.status for answer in answers} <= {200, 201, 503}, answers
    refused = [answer for answer in answers if answer.status == 503]
    assert refused
    assert {answer.type for answer in refused} == {"application/problem+json"}, refused
    assert {answer.json["code"] for answer in refused} == {"database_unavailable"}, refused
    assert max(answer.seconds for answer in refused) < 3, refused


def acknowledged(answers: list[Answer]) -> list[str]:
    return [answer.json["id"] for answer in answers if answer.status == 201]


def are_stored(world: FaultyWorld, posts: list[str]) -> bool:
    found = world.rows("select count(*) from posts_post where id = any(%s)", [int(post) for post in posts])
    return found == [(len(posts),)]


def test_postgres_killed(world, measured):
    api = world.pids_of("api")
    with world.using(world.publish) as writes, world.using(world.feed) as reads:
        assert eventually(lambda: len(acknowledged(writes)) > 3 and reads)
        with world.nothing_restarts():
            os.kill(world.stack.program("postgres"), signal.SIGKILL)
            assert eventually(lambda: writes[-1].status == reads[-1].status == 503)
            assert world.log_in("bob").status == 503
            assert world.call("GET", "/readyz").status == 503
            assert world.stack.answers()
        with measured("until it was written and read again"):
            assert eventually(lambda: writes[-1].status == 201 and reads[-1].status == 200, MINUTE)
    check_refusals(writes)
    check_refusals(reads)
    assert world.pids_of("api") == api
    posts = acknowledged(writes)
    assert are_stored(world, posts)
    with measured("until all effects had happened"):
        assert eventually(world.is_settled, MINUTE)
    assert world.has_listed(posts)


@pytest.mark.parametrize("name", ["relay", "scheduler", "api"])
def test_any_other_process_killed(world, measured, name):
    killed = world.stack.program(name)
    with world.using(world.publish) as writes:
        assert eventually(lambda: acknowledged(writes))
        os.kill(killed, signal.SIGKILL)
        before = len(writes)
        with measured(f"until the {name} was back and people were served"):
            assert eventually(lambda: world.stack.program(name) not in (0, killed), MINUTE)
            assert eventually(lambda: acknowledged(writes[before + 1 :]), MINUTE)
    assert {answer.status for answer in writes} <= ({0, 201} if name == "api" else {201})
    posts = acknowledged(writes)
    assert are_stored(world, posts)
    with measured(f"until all effects had happened without the {name}"):
        assert eventually(lambda: world.has_listed(posts), MINUTE)


def test_one_process_of_the_api_killed(world, measured):
    master, *processes = world.pids_of("api")
    killed = processes[-1]
    with world.using(world.publish) as writes:
        assert eventually(lambda: acknowledged(writes))
        os.kill(killed, signal.SIGKILL)
        with measured("until another had taken its place"):
            assert eventually(lambda: len(set(world.pids_of("api")) - {killed}) > len(processes), MINUTE)
    assert world.stack.program("api") == master
    assert writes[-1].status == 201
    assert are_stored(world, acknowledged(writes))


def test_everything_killed_right_after_an_upload(world, measured):
    photo = picture()
    answer = world.upload(photo)
    world.stack.end(signal.SIGKILL)
    assert answer.status == 202
    media = answer.json["id"]
    assert eventually(lambda: not world.stack.processes(), 10)
    with measured("until it was up again"):
        world.stack.start()
    assert world.call("GET", f"/v1/media/{media}/original", "alice").body == photo
    with measured("until the renditions were made"):
        assert eventually(lambda: world.state_of(media) == "ready", MINUTE)
    renditions = world.call("GET", f"/v1/media/{media}", "alice").json["renditions"]
    assert renditions
    path = renditions[0]["url"].partition(str(world.stack.port))[2]
    assert world.call("GET", path).status == 200
