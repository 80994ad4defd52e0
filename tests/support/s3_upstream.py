"""Another S3 in the emulator's place, behind the same gate: every request is passed on as it came.

`S3_TEST_UPSTREAM=http://127.0.0.1:6420 S3_TEST_KEYS="test:tester testing" make test ARGS="media --storage=s3"` runs the
tests of media on that server. The signature stays good, for the host that it covers is passed on as well.
"""

import http.client
import os
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from tests.support.s3_signatures import Environ, Keys

HOP_BY_HOP = {"connection", "transfer-encoding", "keep-alive"}


def keys_or(default: Keys) -> Keys:
    """The upstream's credentials, where there is one."""
    given = os.environ.get("S3_TEST_KEYS", "").split()
    return Keys(*given) if given else default


class Upstream:
    """The WSGI application that passes on."""

    def __init__(self, address: str) -> None:
        self.host = urlsplit(address).netloc

    def __call__(self, environ: Environ, start: Any) -> Iterable[bytes]:
        connection = http.client.HTTPConnection(self.host, timeout=30)
        body = environ["wsgi.input"].read()
        target = environ.get("RAW_URI") or environ["REQUEST_URI"]
        connection.putrequest(environ["REQUEST_METHOD"], target, skip_host=True, skip_accept_encoding=True)
        for name, value in _headers(environ):
            connection.putheader(name, value)
        connection.endheaders(body or None)
        answer = connection.getresponse()
        headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP]
        data = answer.read()
        connection.close()
        start(f"{answer.status} {answer.reason}", headers)
        return [data]


def _headers(environ: Environ) -> Iterable[tuple[str, str]]:
    for name, value in environ.items():
        if name.startswith("HTTP_") and name != "HTTP_CONNECTION":
            yield name[5:].replace("_", "-").title(), value
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            yield name.replace("_", "-").title(), environ[name]
