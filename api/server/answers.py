"""What Django answered, and sending it without holding a thread."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO, Any, NamedTuple

from granian.rsgi import HTTPProtocol

from api.server.environ import Environ, ends_connection
from api.wsgi.problems import Application, refuse

Headers = list[tuple[str, str]]


class Part(NamedTuple):
    """Bytes `first` to `last` (not included) of a file."""

    path: str
    first: int
    last: int


class Answer(NamedTuple):
    """Status, headers, and the body: bytes, or a part of a file that granian reads as the client takes it."""

    status: int
    headers: Headers
    body: bytes | Part


class FileWrapper:
    """WSGI's `wsgi.file_wrapper`: Django hands over the open file of a `FileResponse`, at the first byte to send."""

    def __init__(self, file: IO[bytes], block_size: int = 65536) -> None:
        self.file, self.block_size = file, block_size

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.file.read(self.block_size), b"")

    def close(self) -> None:
        """Django has put its response's own `close` here."""
        self.file.close()

    def part(self, headers: Headers) -> Part | None:
        """Which part of which file it is; None for what has no name or no length."""
        length = next((value for name, value in headers if name.lower() == "content-length"), "")
        path = getattr(self.file, "name", None)
        if not isinstance(path, str | os.PathLike) or not hasattr(self.file, "tell") or not length.isdigit():
            return None
        first = self.file.tell()
        return Part(os.fspath(path), first, first + int(length)) if int(length) else None


@contextmanager
def answering(application: Application, environ: Environ) -> Iterator[Answer]:
    """Lets the application answer, in a thread; the block sends it.

    What Django does at the end of a request comes after that: to close a connection to a silent server takes seconds.
    """
    status, headers = 500, Headers()

    def start_response(line: str, given: Headers, _exc_info: Any = None) -> None:
        nonlocal status, headers
        status, headers = int(line[:3]), given

    chunks: Iterable[bytes] = application({**environ, "wsgi.file_wrapper": FileWrapper}, start_response)
    try:
        part = chunks.part(headers) if isinstance(chunks, FileWrapper) else None
        yield Answer(status, headers, b"".join(chunks) if part is None else part)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()


def refusal_of(environ: Environ, code: str, detail: str, retry_after: int | None) -> Answer:
    """The problem of this code."""
    with answering(partial(refuse, code=code, detail=detail, retry_after=retry_after), environ) as answer:
        return answer


def send(protocol: HTTPProtocol, environ: Environ, answer: Answer) -> None:
    """Hands the answer to granian, which sends it as fast as the client takes it. From any thread.

    granian closes the connection when a body was left unread; the header has the client send nothing more on it.
    """
    headers = [*answer.headers, ("Connection", "close")] if ends_connection(environ) else answer.headers
    if isinstance(answer.body, Part):
        protocol.response_file_range(answer.status, headers, *answer.body)
    else:
        protocol.response_bytes(answer.status, headers, answer.body)
