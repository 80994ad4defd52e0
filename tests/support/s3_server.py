"""An S3 in this process for tests: moto behind the strict gate, on a port of its own."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from tests.support.s3_gate import App, Gate
from tests.support.s3_signatures import Keys
from tests.support.s3_upstream import Upstream, keys_or

KEYS = keys_or(Keys("pystagram-tests", "not-a-secret"))
NUMBERS = count(1)


class _Quiet(MotoRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Tests order the faults that this would report."""


@dataclass(frozen=True)
class S3Server:
    """A running store: where it is and, if it is strict, the gate before it."""

    address: str
    gate: Gate | None
    bucket: str

    def client(self, keys: Keys = KEYS) -> Any:
        """A plain client of the store, as somebody else would use it."""
        return boto3.client(
            "s3",
            endpoint_url=self.address,
            region_name=keys.region,
            aws_access_key_id=keys.access,
            aws_secret_access_key=keys.secret,
        )

    def environment(self) -> dict[str, str]:
        """The settings with which pystagram uses it, in this process and in others."""
        return {
            "S3_BUCKET": self.bucket,
            "S3_ENDPOINT_URL": self.address,
            "S3_REGION": KEYS.region,
            "S3_ACCESS_KEY_ID": KEYS.access,
            "S3_SECRET_ACCESS_KEY": KEYS.secret,
        }


def _served(app: App) -> BaseWSGIServer:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


@contextmanager
def s3_server(*, strict: bool = True) -> Iterator[S3Server]:
    """A store with an empty bucket; without the gate if not `strict`.

    Moto's objects are one set for the process, so each store has a bucket of a name of its own.
    """
    upstream = os.environ.get("S3_TEST_UPSTREAM")
    store: App = Upstream(upstream) if upstream else DomainDispatcherApplication(create_backend_app)
    gate = Gate(store, KEYS) if strict else None
    server = _served(gate or store)
    running = S3Server(f"http://127.0.0.1:{server.server_port}", gate, f"pystagram-tests-{os.getpid()}-{next(NUMBERS)}")
    try:
        running.client().create_bucket(Bucket=running.bucket)
        yield running
    finally:
        if gate:
            gate.calm()
        server.shutdown()
        server.server_close()
