"""A request as granian has it (RSGI's scope) in the form that Django takes (PEP 3333)."""

import sys
from typing import Any

from granian.rsgi import Scope

Environ = dict[str, Any]
_RECEIVED = "pystagram.received"  # a key that no header can set
_CONSTANT: Environ = {
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "granian",
    "wsgi.errors": sys.stderr,
    "wsgi.version": (1, 0),
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}
_WITHOUT_PREFIX = {"CONTENT_TYPE", "CONTENT_LENGTH"}
_SEPARATORS = {"HTTP_COOKIE": "; "}


def environ_of(scope: Scope) -> Environ:
    """The environ, without a body. A repeated header's values are joined; one with `_` in its name is left out.

    (`X_Forwarded_For` would be taken for `X-Forwarded-For`, which only proxies may write.)
    """
    client, _, _ = scope.client.rpartition(":")
    server, _, port = scope.server.rpartition(":")
    environ = {
        **_CONSTANT,
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "REMOTE_ADDR": client.strip("[]"),
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.url_scheme": scope.scheme,
    }
    for name, value in scope.headers.items():
        if "_" not in name:
            _add(environ, name.upper().replace("-", "_"), value)
    return environ


def _add(environ: Environ, name: str, value: str) -> None:
    key = name if name in _WITHOUT_PREFIX else f"HTTP_{name}"
    before = environ.get(key)
    environ[key] = value if before is None else f"{before}{_SEPARATORS.get(key, ',')}{value}"


def declared_length(environ: Environ) -> int | None:
    """How many bytes of body follow; None for a body in chunks. (granian refuses lengths that are none.)"""
    if "HTTP_TRANSFER_ENCODING" in environ:
        return None
    return int(environ.get("CONTENT_LENGTH") or 0)


def set_length(environ: Environ, length: int) -> None:
    """Notes the length of a body that is here, however it came: Django reads no further than that."""
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ["CONTENT_LENGTH"] = str(length)
    environ[_RECEIVED] = True


def ends_connection(environ: Environ) -> bool:
    """Whether an answer now ends the connection: HTTP/1 has no other way past a body that nobody has received."""
    unread = declared_length(environ) != 0 and _RECEIVED not in environ
    return unread and environ["SERVER_PROTOCOL"].startswith("HTTP/1")
