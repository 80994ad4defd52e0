"""Every service of docker-compose.yml by its very command, environment and health check, without an engine.

Images are replaced by the same programs from wheels; addresses, ports and folders are translated (`_translations`).
Two things differ: the workers, which in containers have host names of their own, are given names; and in SeaweedFS's
place stands the S3 emulator behind its strict gate. Where this account may make mounts, our services and the proxy are
held as Compose would hold them (`tests/support/confinement.py`).
"""

import contextlib
import http.client
import os
import re
import secrets
import shlex
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import redis
import yaml

from devtools.stack.binaries import find_postgres, find_valkey, reachable_postgres, reachable_valkey
from devtools.stack.child import Child, Program, failure, stop_together
from devtools.stack.privileges import default_account, own_folder
from pystagram.environment import ROOT
from tests.support.confinement import Confinement, bounds_of, is_possible
from tests.support.faulty_world import FaultyWorld
from tests.support.s3_server import KEYS, S3Server, s3_server
from tests.support.stack_run import eventually, free_port

OF_THE_IMAGE = {"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYSTAGRAM_VAR": "/var/lib/pystagram"}
ONE_SHOTS = ("bucket", "migrate")
SERVERS = ("postgres", "redis", "broker")
OURS = ("api", "worker", "worker-media", "worker-video", "worker-fanout", "relay", "scheduler", "proxy")


class Mailbox(socketserver.StreamRequestHandler):
    """As much of a mail server as is needed to be reached and to take mails."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            if line.upper().startswith(b"DATA"):
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline() not in (b".\r\n", b""):
                    pass
            self.wfile.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 fine\r\n")


@dataclass
class Row:
    """What the rehearsal found of one service."""

    name: str
    how: str
    healthy: str = "has no check"
    held: str = ""


@dataclass
class Rehearsal:
    """The services as they run now."""

    folder: Path
    s3: S3Server
    mail: int
    ports: dict[str, int] = field(default_factory=dict)
    children: dict[str, Child] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    confinements: dict[str, Confinement] = field(default_factory=dict)
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(50))

    def __post_init__(self) -> None:
        self.account = default_account()
        self.ports = {name: free_port() for name in ("api", "proxy", "health", "postgres", "redis", "broker")}
        self.services = yaml.safe_load(self.interpolated())["services"]

    # -- reading the file ----------------------------------------------------------------------------

    def settings(self) -> dict[str, str]:
        """What an operator would write into .env for production."""
        return {
            "PYSTAGRAM_ENV": "production",
            "PYSTAGRAM_URL": f"http://127.0.0.1:{self.ports['proxy']}",
            "S3_PUBLIC_URL": f"http://localhost:{self.ports['proxy']}",
            "PYSTAGRAM_SECRET_KEY": self.secret,
            "POSTGRES_PASSWORD": "a-password-of-its-own",
            "S3_ACCESS_KEY_ID": KEYS.access,
            "S3_SECRET_ACCESS_KEY": KEYS.secret,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail}",
        }

    def interpolated(self) -> str:
        given = self.settings()
        text = (ROOT / "docker-compose.yml").read_text()
        return re.sub(r"\$\{(\w+):-([^}]*)\}", lambda found: given.get(found[1], found[2]), text)

    def _translations(self) -> list[tuple[str, str]]:
        port = self.ports
        names = [(f"{name}:{old}", f"127.0.0.1:{port[name]}")
                 for name, old in (("postgres", 5432), ("redis", 6379), ("broker", 6379))]  # fmt: skip
        return [
            *names,
            ("http://seaweedfs:8333", self.s3.address),
            ("--host 0.0.0.0 --port 8000", f"--host 127.0.0.1 --port {port['api']}"),
            ("127.0.0.1:8000/healthz", f"127.0.0.1:{port['api']}/healthz"),
            ("127.0.0.1:2020", f"127.0.0.1:{port['health']}"),
            ("/etc/caddy/Caddyfile", str(ROOT / "deploy" / "Caddyfile")),
            ("/var/lib/pystagram", str(self.folder / "var")),
            ("/var/spool/pystagram", str(self.folder / "spool")),
            ("$$", "$"),
        ]

    def here(self, text: str) -> str:
        """A text of the file as it is on this machine."""
        for there, here in self._translations():
            text = text.replace(there, here)
        return text

    def words(self, name: str) -> list[str]:
        """The command of a service."""
        command = self.services[name]["command"]
        parts = [self.here(part) for part in command] if isinstance(command, list) else shlex.split(self.here(command))
        return [*parts, "-n", f"celery@{name}"] if " worker " in f" {' '.join(parts)} " else parts

    def environment(self, name: str) -> dict[str, str]:
        """The environment of a service: nothing of this process's but where programs are."""
        given = self.services[name].get("environment", {})
        own = {
            key: self.here(str(value or "")) for key, value in given.items()
        }  # a variable set to nothing is null here
        image = {key: self.here(value) for key, value in OF_THE_IMAGE.items()} if "build" in self.services[name] else {}
        bins = f"{Path(sys.executable).parent}:{find_postgres(None)}:{os.environ['PATH']}"
        extra = {"HOSTNAME": name, "PGPORT": str(self.ports["postgres"]), "TMPDIR": tempfile.gettempdir()}
        if name in self.confinements and image:
            spool, metrics = self.here("/var/spool/pystagram"), self.in_service(name, "/tmp/pystagram-metrics")
            extra |= {"TMPDIR": spool, "PROMETHEUS_MULTIPROC_DIR": metrics}
        if name == "proxy":
            extra |= {
                "API_UPSTREAM": f"127.0.0.1:{self.ports['api']}",
                "S3_UPSTREAM": self.s3.address.removeprefix("http://"),
                "PROXY_HEALTH_PORT": str(self.ports["health"]),
                "XDG_DATA_HOME": str(self.folder / "caddy"),
            }
        return {**image, **own, **extra, "PATH": bins}

    def in_service(self, name: str, path: str) -> str:
        """Where a folder of a service's container is on this machine."""
        if path == "/data":
            return str(self.folder / "caddy")
        return found if (found := self.here(path)) != path else str(self.folder / "only" / name / path.lstrip("/"))

    def confine(self, scope: contextlib.ExitStack) -> None:
        """Holds our services and the proxy, from their start on."""
        for name in (*ONE_SHOTS, *OURS):
            groups = scope.enter_context(bounds_of(name, self.services[name]))
            where = partial(self.in_service, name)
            self.confinements[name] = Confinement(name, self.services[name], where, groups)

    def held(self, name: str) -> list[str]:
        """The command of a service, held where that is possible."""
        words = self.words(name)
        return self.confinements[name].words(words) if name in self.confinements else words

    # -- starting ------------------------------------------------------------------------------------

    def run(self) -> None:
        """Everything, in the order in which it waits for one another."""
        for name in SERVERS:
            self.start(name, self.server(name))
        for name in ONE_SHOTS:
            done = self.call(name, self.held(name))
            assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
            self.rows.append(Row(name, shlex.join(self.words(name))[:60], "done"))
        for name in OURS:
            self.start(name, self.program(name, self.held(name)))
        for row in self.rows:
            row.healthy = self.wait_for(row.name) if row.name not in ONE_SHOTS else row.healthy

    def call(self, name: str, words: list[str]) -> "subprocess.CompletedProcess[str]":
        """A command to its end, in the environment of a service."""
        environment = self.environment(name)
        return subprocess.run(
            words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    def program(self, name: str, words: list[str], **how: Any) -> Program:
        log = self.folder / f"{name}.log"
        return Program(name, tuple(words), log, self.environment(name), cwd=how.pop("cwd", ROOT), **how)

    def start(self, name: str, program: Program) -> None:
        self.children[name] = Child(program)
        words = self.words(name) if name in OURS else list(map(str, program.argv))
        self.rows.append(Row(name, shlex.join(words)[:60]))

    def server(self, name: str) -> Program:
        """A server of somebody else's image, with its data in the folder."""
        data = own_folder(self.folder / name, self.account)
        if name == "postgres":
            return self.postgres(data)
        binary = reachable_valkey(find_valkey(), self.account, self.folder / "programs")
        words = [str(binary), *self.words(name)[1:], "--port", str(self.ports[name]), "--dir", str(data)]
        return self.program(name, words, account=self.account, cwd=data)

    def postgres(self, data: Path) -> Program:
        """As the image's entry point does: initdb with its arguments, a password, a database."""
        wanted = self.services["postgres"]["environment"]
        bins = reachable_postgres(find_postgres(None), self.account, self.folder / "programs")
        password = data / "password"
        password.write_text(wanted["POSTGRES_PASSWORD"])
        password.chmod(0o644)
        script = (
            f'"$1/initdb" -D "$2/data" --username={wanted["POSTGRES_USER"]} --pwfile="$2/password" --auth=trust '
            f"--auth-host=scram-sha-256 {wanted['POSTGRES_INITDB_ARGS']} && "
            f'echo "CREATE DATABASE {wanted["POSTGRES_DB"]}" | "$1/postgres" --single -D "$2/data" postgres'
        )
        words = ["/bin/sh", "-ec", script, "sh", str(bins), str(data)]
        made = Child(self.program("postgres", words, account=self.account))
        made.wait_for_end()
        if made.exit_code:
            raise failure(made, "initdb failed")
        listen = ["-c", "listen_addresses=127.0.0.1", "-p", str(self.ports["postgres"]), "-k", str(data)]
        words = [str(bins / "postgres"), "-D", str(data / "data"), *self.words("postgres")[1:], *listen]
        return self.program("postgres", words, account=self.account, cwd=data)

    def note_memory(self) -> None:
        """Says of each service how much of its bound it has had."""
        for row in self.rows:
            peak = self.confinements[row.name].peak() if row.name in self.confinements else None
            row.held = f"{peak / 2**20:.0f} MB of {self.services[row.name]['mem_limit']}" if peak else ""

    # -- health --------------------------------------------------------------------------------------

    def wait_for(self, name: str) -> str:
        """Until its health check is content; says so."""
        test = self.services[name].get("healthcheck", {}).get("test")
        if test is None:
            assert self.children[name].exit_code is None, self.children[name].tail()
            return "runs; has no check"
        began = time.monotonic()
        assert eventually(lambda: self.is_healthy(name, test), 60), (name, self.children[name].tail(30))
        return f"healthy after {time.monotonic() - began:.1f} s"

    def is_healthy(self, name: str, test: list[str]) -> bool:
        if test[1] == "valkey-cli":  # the wheel has only the server
            with contextlib.suppress(redis.RedisError), redis.Redis(port=self.ports[name]) as client:
                return bool(client.ping())
            return False
        words = ["sh", "-c", test[1]] if test[0] == "CMD-SHELL" else test[1:]
        healthy = self.call(name, [self.here(word) for word in words]).returncode == 0
        if not healthy:
            time.sleep(1)  # asking a worker costs seconds of a core
        return healthy

    def world(self) -> "RehearsedWorld":
        """People who use it, through the proxy."""
        return RehearsedWorld(self)

    def stop(self) -> None:
        for names in (OURS, SERVERS):
            stop_together([self.children[name] for name in names if name in self.children])


class RehearsedWorld(FaultyWorld):
    """Alice and bob at the proxy of a rehearsal."""

    def original(self, media_id: str) -> bytes:
        """The bytes at the address in the bucket that the API leads to."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(connection):
            signed = {"Authorization": f"Bearer {self.tokens['alice']}"}
            connection.request("GET", f"/v1/media/{media_id}/original", headers=signed)
            found = connection.getresponse()
            assert (found.status, found.read()) == (302, b"")
            address = urlsplit(str(found.headers["Location"]))
            connection.request("GET", f"{address.path}?{address.query}", headers={"Host": address.netloc})
            return connection.getresponse().read()

    def __init__(self, rehearsal: Rehearsal) -> None:
        database = rehearsal.environment("api")["DATABASE_URL"]
        self.stack: Any = SimpleNamespace(address=lambda name: database)
        self.port = rehearsal.ports["proxy"]
        self.tokens, self.ids, self.photo = {}, {}, ""


@contextlib.contextmanager
def rehearsal() -> Iterator[Rehearsal]:
    """Everything running, and nothing left of it afterwards."""
    with contextlib.ExitStack() as scope:
        mail = scope.enter_context(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mailbox))
        mail.daemon_threads = True
        threading.Thread(target=mail.serve_forever, daemon=True).start()
        scope.callback(mail.shutdown)
        folder = Path(scope.enter_context(tempfile.TemporaryDirectory(prefix="pystagram-rehearsal-")))
        folder.chmod(0o755)
        s3 = scope.enter_context(s3_server())
        with contextlib.closing(s3.client()) as client:
            client.delete_bucket(Bucket=s3.bucket)  # the one-shot of the file makes one
        running = Rehearsal(folder, s3, mail.server_address[1])
        if is_possible():
            running.confine(scope)
        scope.callback(running.stop)
        running.run()
        yield running
