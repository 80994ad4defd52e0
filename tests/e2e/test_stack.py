"""`make run` as a whole: it starts, heals, stops, and leaves nothing behind, however it ends."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from tests.support.stack_run import ROOT, StackRun, eventually

pytestmark = pytest.mark.slow
SERVERS_UP = "DATABASE_URL="
SERVICES = ("postgres", "valkey", "api", "worker", "worker-bulk", "relay", "scheduler")


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[StackRun]:
    """Everything, not yet started."""
    run = StackRun(tmp_path / "var", "--no-demo")
    yield run
    run.clear()


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[StackRun]:
    """PostgreSQL and Valkey alone, not yet started."""
    run = StackRun(tmp_path / "var", "--only-servers")
    yield run
    run.clear()


def execute(run: StackRun, statement: str) -> list[tuple[object, ...]]:
    """Run one acknowledged statement in the stack's database."""
    with contextlib.closing(psycopg2.connect(run.address("DATABASE_URL"))) as connection, connection:
        cursor = connection.cursor()
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_and_leaves_nothing(stack, number):
    stack.start()
    assert eventually(stack.answers)
    assert len(stack.processes()) > len(SERVICES)
    assert stack.end(number) == 0
    assert stack.processes() == {}
    assert not (stack.state / "stack.env").exists()


def test_a_killed_supervisor_takes_everything_with_it_and_the_next_start_has_the_data(stack):
    first = stack.start()
    execute(stack, "create table kept as select 42 as answer")
    stack.end(signal.SIGKILL)
    assert eventually(lambda: not stack.processes(), 30), stack.processes()
    assert stack.start() < 2 * first, "a second start waits for nothing, and makes no tables"
    assert execute(stack, "select answer from kept") == [(42,)]
    assert eventually(stack.answers)


def test_a_start_right_after_a_kill_waits_for_the_leftovers(servers):
    servers.start(SERVERS_UP)
    execute(servers, "create table kept as select 42 as answer")
    for _ in range(3):
        servers.end(signal.SIGKILL)
        servers.start(SERVERS_UP)
        assert execute(servers, "select answer from kept") == [(42,)]


def test_valkey_leaves_what_it_holds_to_the_next_start_but_not_to_one_after_a_kill(servers):
    """What an earlier end has left would lack what was pushed since."""
    servers.start(SERVERS_UP)
    valkey(servers).set("feed", "1")
    assert servers.end(signal.SIGINT) == 0
    servers.start(SERVERS_UP)
    assert valkey(servers).get("feed") == b"1"
    killed = servers.program("valkey")
    os.kill(killed, signal.SIGKILL)
    assert eventually(lambda: servers.program("valkey") not in (0, killed))
    assert eventually(lambda: answers(valkey(servers)))
    assert valkey(servers).dbsize() == 0
    assert servers.end(signal.SIGINT) == 0
    (servers.state / "servers" / "valkey" / "dump.rdb").write_bytes(b"of another version, or broken")
    servers.start(SERVERS_UP)
    assert valkey(servers).dbsize() == 0
    assert servers.end(signal.SIGINT) == 0


def valkey(run: StackRun) -> redis.Redis:
    return redis.Redis.from_url(run.address("REDIS_URL"), socket_timeout=5)


def answers(server: redis.Redis) -> bool:
    try:
        return bool(server.ping())
    except redis.ConnectionError:
        return False


def test_whatever_child_is_killed_comes_back(stack):
    stack.start()
    for name in SERVICES:
        killed = stack.program(name)
        assert killed, f"{name} does not run"
        os.kill(killed, signal.SIGKILL)
        assert eventually(lambda name=name, killed=killed: stack.program(name) not in (0, killed)), name
    assert eventually(stack.answers)
    assert execute(stack, "select 1") == [(1,)]


SERVERS_FIRST = ("initdb", "postgres", "valkey", "migrate")
STARTING = (*SERVERS_FIRST, "api", "worker", "worker-bulk", "worker-video", "relay", "scheduler")
IN_ITS_MIDST = {"initdb": 0.4, "migrate": 2.0, "api": 1.0}  # seconds after its start


def kill_as_it_starts(run: StackRun, name: str, before: int = 0) -> int:
    """As soon as it is seen, be it not the one of before; its number."""
    assert eventually(lambda: run.program(name) not in (0, before), 60), f"{name} was not started: {run.said()}"
    time.sleep(IN_ITS_MIDST[name] if before else 0)
    killed = run.program(name)
    if killed:  # a short one has ended meanwhile
        os.kill(killed, signal.SIGKILL)
    return killed


def test_whatever_is_killed_while_it_starts_comes_back(stack):
    """The first start of all: each program is killed as soon as it is seen, some in their midst as well."""
    stack.launch()
    for name in STARTING:
        killed = kill_as_it_starts(stack, name)
        if name in IN_ITS_MIDST:
            kill_as_it_starts(stack, name, before=killed)
    assert eventually(lambda: "pystagram is up" in stack.said(), 120), stack.said()
    assert eventually(stack.answers)
    assert execute(stack, "select count(*) from pg_index where not indisvalid") == [(0,)]
    assert stack.end(signal.SIGINT) == 0


def test_the_demo_loads_through_the_running_api_and_workers(tmp_path):
    run = StackRun(tmp_path / "var")
    run.variables["PYSTAGRAM_DEMO"] = "true"
    try:
        run.start()
        assert run.answers(), "the API does not wait for the demo"
        assert eventually(lambda: "The demo world is being loaded" in run.front_page(), 60)
        assert eventually(lambda: "10 % loaded" in run.said(), 240), run.said()
        killed = run.program("demo")
        os.kill(killed, signal.SIGKILL)
        assert eventually(lambda: run.program("demo") not in (0, killed), 60), "a killed load goes on"
        done = "select count(*) from events_delivery where task = 'media.tasks.process' and done_at is not null"
        assert execute(run, done) > [(0,)], "the workers process its photographs"
    finally:
        run.clear()


def test_what_cannot_start_is_given_up_after_some_tries(servers):
    answer = servers.call("up", "--only-servers", REDIS_BIN=str(shutil.which("false")))
    assert answer.returncode == 1
    assert answer.stderr == "pystagram: valkey did not start (exit 1)\n"
    assert answer.stdout.count("valkey ended (exit 1)") == 5
    assert servers.processes() == {}


@pytest.mark.parametrize("name", ["postgres", "valkey"])
def test_a_killed_guard_takes_its_server_with_it_and_both_come_back(servers, name):
    servers.start(SERVERS_UP)
    killed, orphan = servers.guard(name), servers.program(name)
    os.kill(killed, signal.SIGKILL)
    assert eventually(lambda: servers.guard(name) not in (0, killed))
    assert eventually(lambda: servers.program(name) not in (0, orphan))
    assert not Path(f"/proc/{orphan}").exists()
    assert eventually(lambda: f"{name} started again" in servers.said())
    assert servers.end(signal.SIGINT) == 0


def test_a_second_start_is_refused_in_one_line(servers):
    servers.start(SERVERS_UP)
    answer = servers.call("up", "--only-servers")
    assert answer.returncode == 1
    assert answer.stderr == f"pystagram: pystagram already runs here (process {pid_of(servers)}); stop that first.\n"
    assert execute(servers, "select 1") == [(1,)]


def pid_of(run: StackRun) -> int:
    assert run.process is not None
    return run.process.pid


def test_a_taken_port_is_one_line(stack):
    with socket.socket() as other:
        other.bind(("127.0.0.1", stack.port))
        other.listen()
        answer = stack.call("up")
    assert answer.returncode == 1
    assert answer.stderr == f"pystagram: Port {stack.port} is taken; PORT=8001 make run takes another.\n"
    assert stack.processes() == {}


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"PORT": "many"}, "PORT is 'many', but must be a number from 1 to 65535."),
        ({"PORT": "²"}, "PORT is '²', but must be a number from 1 to 65535."),
        ({"PG_BIN": "/nowhere"}, "No PostgreSQL found: PG_BIN=/nowhere holds none"),
        ({"REDIS_BIN": "/nowhere/valkey"}, "REDIS_BIN=/nowhere/valkey does not exist."),
        ({"PYSTAGRAM_VAR": "/dev/null/var"}, "Not a directory: /dev/null/var"),
    ],
)
def test_what_cannot_work_is_said_in_one_line(stack, variables, expected):
    answer = stack.call("up", **variables)
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"pystagram: {expected}")
    assert answer.stderr.count("\n") == 1


def test_data_of_another_postgres_major_is_refused_untouched(servers):
    servers.start(SERVERS_UP)
    servers.end(signal.SIGINT)
    version = servers.state / "servers" / "postgres" / "PG_VERSION"
    version.write_text("12\n")
    answer = servers.call("up", "--only-servers")
    assert answer.returncode == 1
    assert answer.stderr.startswith("pystagram: The data was made by PostgreSQL 12, here is only ")
    assert answer.stderr.count("\n") == 1


def test_an_interrupted_first_start_leaves_no_half_made_cluster(servers):
    half = servers.state / "servers" / "postgres.new"
    servers.start("servers run as" if os.geteuid() == 0 else "")
    assert eventually(half.exists)
    servers.end(signal.SIGKILL)
    servers.start(SERVERS_UP)
    assert execute(servers, "select 1") == [(1,)]
    assert not half.exists()


def test_sockets_move_to_a_short_path_when_the_state_folder_has_an_awkward_one():
    # Not below pytest's own folder: the servers' account of a root's run could not enter it.
    with tempfile.TemporaryDirectory(prefix="deep ünder 100%") as folder:
        os.chmod(folder, 0o711)  # noqa: S103 - only passable
        run = StackRun(Path(folder) / "var", "--only-servers")
        run.start(SERVERS_UP)
        assert execute(run, "select 1") == [(1,)]
        sockets = Path(run.address("DATABASE_URL").partition("host=")[2])
        assert sockets.parent == Path("/tmp")
        assert sockets.stat().st_mode & 0o777 == 0o700
        assert run.end(signal.SIGINT) == 0
        assert not sockets.exists()
        run.clear()


def test_a_database_ends_with_the_state_folder_that_was_deleted(tmp_path):
    """As root it may stand elsewhere (pytest's folder is closed to the servers' account); its media are gone."""
    run = StackRun(tmp_path / "var", "--only-servers")
    run.start(SERVERS_UP)
    execute(run, "create table kept (id int)")
    assert run.end(signal.SIGINT) == 0
    first = (run.state / "servers").resolve()
    shutil.rmtree(run.state)
    run.start(SERVERS_UP)
    assert execute(run, "select to_regclass('kept')") == [(None,)]
    assert run.end(signal.SIGINT) == 0
    run.clear()
    shutil.rmtree(first, ignore_errors=True)


def test_a_database_of_ones_own_replaces_the_embedded_one(servers):
    own = os.environ["DATABASE_URL"]
    servers.variables["DATABASE_URL"] = own
    servers.start(SERVERS_UP)
    assert servers.address("DATABASE_URL") == own
    assert servers.guard("postgres") == 0
    assert servers.guard("valkey") != 0
    assert servers.end(signal.SIGINT) == 0


def test_throwaway_servers_die_with_who_asked_for_them(tmp_path):
    environment = {**os.environ, "TMPDIR": "/tmp"}
    command = [sys.executable, "-m", "devtools.stack", "with", "--", "sh", "-c", 'echo "$PYSTAGRAM_VAR"; sleep 60']
    run = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    with run.stdout:
        folder = Path(run.stdout.readline().strip()).parent
        assert folder.exists()
        run.kill()
        run.wait()
    # A guard clears the folder before it ends itself, so each is waited for.
    assert eventually(lambda: not folder.exists(), 10)
    assert eventually(lambda: StackRun(folder).processes() == {}, 10), StackRun(folder).processes()
