"""Pystagram's own processes beside the servers: steps that end, and services that stay."""

import errno
import http.client
import os
import socket
import sys
from pathlib import Path
from urllib.parse import quote

from devtools.stack.child import Program
from devtools.stack.errors import StackError
from devtools.stack.state import CHECKOUT, STATE, empty_temporary_folder

# Which worker serves which queues, and how many tasks at a time. Long work never stands before short work.
WORKERS = {
    "worker": ("default,feed", 2),
    "worker-bulk": ("media,fanout_bulk", 2),
    "worker-video": ("video", 1),
}
WORKER_READY = " ready."  # as Celery logs it
MAILS = "mails"  # below the state folder: what is sent where no EMAIL_URL says otherwise
API_HOST = "127.0.0.1"
API_WORKERS = 2
API_MAX_MEGABYTES = 1024  # of each process: above that it is replaced by a new one
# Of each process: connections, also those of slow clients, that are held, and bytes kept for one that does not read.
API_CONNECTIONS = 4096
API_BUFFER_BYTES = 65536


def port_from_environment() -> int:
    """The API's port (PORT, 8000 by default). Raises StackError for one that cannot be used now."""
    text = os.environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) < 65536):
        raise StackError(f"PORT is {text!r}, but must be a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((API_HOST, int(text)))
        except OSError as error:
            reason = {errno.EADDRINUSE: "is taken", errno.EACCES: "is not allowed for this account"}
            what = reason.get(error.errno or 0, f"cannot be used ({error.strerror})")
            raise StackError(f"Port {text} {what}; PORT=8001 make run takes another.") from None
    return int(text)


def has_command(name: str) -> bool:
    """Whether one of the apps brings this management command."""
    return any(CHECKOUT.glob(f"*/management/commands/{name}.py"))


class Processes:
    """Makes the programs that run pystagram's code in the given environment."""

    def __init__(self, environment: dict[str, str], port: int) -> None:
        self.port = port
        temporary = empty_temporary_folder()
        self.environment = {
            "PYSTAGRAM_URL": f"http://{API_HOST}:{port}",
            "EMAIL_URL": f"filemail:///{quote(str(STATE / MAILS))}",
            **os.environ,
            **environment,
            "PYSTAGRAM_VAR": str(STATE),
            "PYTHONUNBUFFERED": "1",
            "TMPDIR": str(temporary),
            "PROMETHEUS_MULTIPROC_DIR": str(temporary / "metrics"),  # counters start at zero in each run
        }

    def manage(self, name: str, *arguments: str) -> Program:
        """A management command, with its log in `NAME.log`."""
        return self._python(name, str(CHECKOUT / "manage.py"), *arguments)

    def demo(self) -> Program:
        """Loads the demo world, its photographs through the running API and workers."""
        return self.manage("demo", "demo", "--if-empty", "--api", f"http://{API_HOST}:{self.port}")

    def worker(self, name: str) -> Program:
        queues, concurrency = WORKERS[name]
        options = ("-n", f"{name}@%h", "-Q", queues, "--concurrency", str(concurrency), "--loglevel", "INFO")
        # Messages between workers (gossip, mingle) that nothing here uses.
        return self._celery(name, "worker", *options, "--without-gossip", "--without-mingle")

    def scheduler(self) -> Program:
        return self._celery("scheduler", "beat", "--schedule", str(STATE / "scheduler"), "--loglevel", "INFO")

    def api(self) -> Program:
        options = {
            "--interface": "rsgi",
            "--host": API_HOST,
            "--port": str(self.port),
            "--workers": str(API_WORKERS),
            "--respawn-interval": "0.5",
            "--workers-max-rss": str(API_MAX_MEGABYTES),
            "--backlog": str(API_CONNECTIONS),
            "--backpressure": str(API_CONNECTIONS),
            "--http1-buffer-size": str(API_BUFFER_BYTES),
        }
        flat = [part for option in options.items() for part in option]
        flags = ["--respawn-failed-workers", "--no-ws"]
        return self._python("api", "-m", "api.server", *flat, *flags, "pystagram.rsgi:application")

    def _celery(self, name: str, *arguments: str) -> Program:
        return self._python(name, "-m", "celery", "-A", "pystagram", *arguments)

    def _python(self, name: str, *arguments: str) -> Program:
        return Program(
            name=name,
            argv=(Path(sys.executable), *arguments),
            log=STATE / "log" / f"{name}.log",
            environment=self.environment,
            cwd=CHECKOUT,
        )

    def api_is_healthy(self) -> bool:
        """Whether `/healthz` of the API answers."""
        connection = http.client.HTTPConnection(API_HOST, self.port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
