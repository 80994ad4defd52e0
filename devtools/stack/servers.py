"""A real PostgreSQL and a real Valkey, each one foreground program on a Unix socket in a private folder."""

import os
import re
import shutil
import signal
import socket
import tempfile
import time
from pathlib import Path

from devtools.stack.binaries import (
    find_postgres,
    find_valkey,
    postgres_major,
    reachable_postgres,
    reachable_valkey,
)
from devtools.stack.child import Program
from devtools.stack.errors import StackError
from devtools.stack.privileges import Account, own_folder

ROLE = DATABASE = "pystagram"
BUILTIN_LOCALE_SINCE = 17
# The role is an ordinary one, as in production: what needs a superuser fails here too.
CREATE_CLUSTER = f"""
bin=$1 data=$2; shift 2
"$bin/initdb" --pgdata "$data" "$@"
printf '%s\\n' 'CREATE ROLE {ROLE} LOGIN CREATEDB' 'CREATE DATABASE {DATABASE} OWNER {ROLE}' |
    "$bin/postgres" --single -F -c exit_on_error=on -D "$data" postgres
"""
RISKY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "dynamic_shared_memory_type=mmap")
MB = 2**20
MIN_SHARED_BUFFERS, MAX_SHARED_BUFFERS = 128 * MB, 1024 * MB  # the former is PostgreSQL's own default
REDIS_DATABASES = 64
KILLED_SERVER_SECONDS = 10.0
DUMP = "dump.rdb"  # of all that Valkey holds


class Postgres:
    """A PostgreSQL cluster under `home`.

    `scratch` makes it a throw-away one: fast rather than safe, and the folder is removed by whoever started it.
    """

    def __init__(
        self, home: Path, sockets: Path, account: Account | None, log: Path, scratch: Path | None = None
    ) -> None:
        self.data, self.sockets, self.account, self.log = home / "postgres", sockets, account, log
        self.scratch = scratch
        self.bin = reachable_postgres(find_postgres(self._recorded_major()), account, home / "programs")

    @property
    def url(self) -> str:
        return f"postgres://{ROLE}@/{DATABASE}?host={self.sockets}"

    def _recorded_major(self) -> int | None:
        version = self.data / "PG_VERSION"
        return int(version.read_text()) if version.exists() else None

    @property
    def is_missing(self) -> bool:
        """Whether the cluster has yet to be made."""
        return not self.data.exists()

    def creation(self) -> Program:
        """The program that makes the cluster; `adopt` puts its result in place."""
        half = self.data.with_suffix(".new")
        if half.exists():  # an interrupted first start
            shutil.rmtree(half)
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        if postgres_major(self.bin) < BUILTIN_LOCALE_SINCE:
            locale = ["--locale=C.UTF-8"]
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", *locale]
        if self.scratch:
            options.append("--no-sync")
        script: tuple[str | Path, ...] = ("/bin/sh", "-ec", CREATE_CLUSTER, "sh", self.bin, half, *options)
        return self._program("initdb", script, signal.SIGKILL)

    def adopt(self) -> None:
        """Move the finished cluster into place, so that an interrupted creation leaves no partial one there."""
        self.data.with_suffix(".new").rename(self.data)

    def program(self) -> Program:
        """The server's command. Removes the pid file of a killed one. Raises StackError when one still runs."""
        self._clear_stale_pid()
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={self.sockets}",
            "unix_socket_permissions=0700",
            "timezone=UTC",
            "log_timezone=UTC",
            "log_line_prefix=[%p] ",
            *(RISKY if self.scratch else (f"shared_buffers={shared_buffers() // MB}MB",)),
        ]
        argv: list[str | Path] = [self.bin / "postgres", "-D", self.data]
        for setting in settings:
            argv += ["-c", setting]
        return self._program("postgres", tuple(argv), signal.SIGQUIT)

    def _program(self, name: str, argv: tuple[str | Path, ...], kill_signal: signal.Signals) -> Program:
        return Program(
            name=name,
            argv=argv,
            log=self.log,
            environment=_server_environment(),
            account=self.account,
            stop_signal=signal.SIGINT,  # PostgreSQL's fast shutdown
            kill_signal=kill_signal,
            stop_seconds=20,
            remove=self.scratch,
        )

    def _clear_stale_pid(self) -> None:
        """After a kill or a reboot the recorded pid may belong to another program; PostgreSQL would not start then."""
        deadline = time.monotonic() + KILLED_SERVER_SECONDS
        while pid := self._recorded_server():
            if time.monotonic() > deadline:
                raise StackError(f"Another PostgreSQL (process {pid}) uses {self.data}; stop it first.")
            time.sleep(0.1)
        if Path("/proc/self").exists():
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _recorded_server(self) -> int | None:
        """The process that the data's pid file names, when that is a PostgreSQL."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            return pid if Path(f"/proc/{pid}/comm").read_text().strip() == "postgres" else None
        except (OSError, IndexError, ValueError):
            return None

    def is_ready(self) -> bool:
        """Whether it takes connections, as its own status file says."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready"


def shared_buffers() -> int:
    """Bytes that PostgreSQL may keep pages in: an eighth of the machine's memory, which the whole stack shares.

    A page that is not there is copied from the kernel and its checksum computed, each time that it is read.
    """
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return max(MIN_SHARED_BUFFERS, min(memory // 8, MAX_SHARED_BUFFERS))


class Valkey:
    """A Valkey or Redis server under `home`, that writes nothing to the disk while it runs.

    So a full disk does not stop it, nor the workers, to which its refusal of writes (MISCONF) is fatal. When it is
    stopped it leaves all that it holds to the next start, which spares everybody's feed a rebuild. After a kill it
    starts empty: what it had left before would lack whatever was pushed since, and all of it can be made again.
    """

    def __init__(
        self, home: Path, sockets: Path, account: Account | None, log: Path, scratch: Path | None = None
    ) -> None:
        self.data, self.socket, self.account, self.log = (
            home / "valkey",
            sockets / "valkey.sock",
            account,
            log,
        )
        self.scratch = scratch
        self.binary = reachable_valkey(find_valkey(), account, home / "programs")

    def url(self, database: int) -> str:
        """The address of one of its numbered databases, for redis-py."""
        return f"unix://{self.socket}?db={database}"

    def broker_url(self, database: int) -> str:
        """The same for Celery."""
        return f"redis+socket://{self.socket}?virtual_host={database}"

    def program(self) -> Program:
        own_folder(self.data, self.account)
        self._forget_what_was_loaded()
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "databases": str(REDIS_DATABASES),
            "maxmemory-policy": "volatile-lru",
            "save": "",
            "dbfilename": DUMP,
            "shutdown-on-sigterm": "nosave" if self.scratch else "save force",  # it ends, whether or not it can write
            "appendonly": "no",
            "daemonize": "no",
        }
        return Program(
            name="valkey",
            argv=(self.binary, *(part for key, value in options.items() for part in (f"--{key}", value))),
            log=self.log,
            environment=_server_environment(),
            account=self.account,
            kill_signal=signal.SIGTERM,
            remove=self.scratch,
        )

    def _forget_what_was_loaded(self) -> None:
        """Removes a dump that an earlier start has loaded, and those that were not finished; notes the one that is left
        as loaded by this start."""
        for unfinished in self.data.glob("temp-*.rdb"):
            unfinished.unlink()
        dump, loaded = self.data / DUMP, self.data / "loaded"
        known = loaded.read_text() if loaded.exists() else ""
        found = dump.stat() if dump.exists() else None
        identity = f"{found.st_ino} {found.st_mtime_ns}" if found else ""
        if identity and identity == known:
            dump.unlink()
        loaded.write_text(identity)

    def is_ready(self) -> bool:
        """Whether it answers PING, which it does not while it still loads."""
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(1)
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _server_environment() -> dict[str, str]:
    """A minimal environment: no secrets, and no PG* variable that would change what the servers do."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C",
        "TZ": "UTC",
        "TMPDIR": tempfile.gettempdir(),
    }


def redis_url_for(url: str, database: int) -> str:
    """The same Redis with another numbered database, in any of the spellings redis-py and Celery take."""
    if "virtual_host=" in url or re.search(r"[?&]db=", url):
        return re.sub(r"(virtual_host=|[?&]db=)/?\d+", rf"\g<1>{database}", url)
    if url.startswith(("unix:", "redis+socket:")):
        key = "db" if url.startswith("unix:") else "virtual_host"
        return f"{url}{'&' if '?' in url else '?'}{key}={database}"
    return re.sub(r"^(\w+://[^/?]+)(/\d*)?", rf"\g<1>/{database}", url)
