"""One keep-alive HTTP connection that can wait beside others: just enough of HTTP/1.1 for a load generator."""

import json
import socket
from dataclasses import dataclass

READ_BYTES = 1 << 18
NO_BODY = {204, 304}
Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Call:
    """A request, ready to be sent; counted under `name`, and `about` whatever its sender wants to know later."""

    raw: bytes
    name: str = ""
    about: object = None
    keep_body: bool = False


def call(
    method: str,
    path: str,
    token: str,
    body: object = None,
    *,
    name: str = "",
    about: object = None,
    key: str = "",
    keep_body: bool = False,
) -> Call:
    """A request with a bearer token, a JSON body and an `Idempotency-Key` where they are given."""
    data = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if key:
        lines.append(f"Idempotency-Key: {key}")
    if body is not None:
        lines.append("Content-Type: application/json")
    if body is not None or method != "GET":
        lines.append(f"Content-Length: {len(data)}")
    return Call("\r\n".join(lines).encode() + b"\r\n\r\n" + data, name or path, about, keep_body)


class Connection:
    """Sends one call at a time; `receive` reads what has come and says whether the answer is whole."""

    def __init__(self, address: Address) -> None:
        self.socket = socket.create_connection(address, timeout=5)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray(READ_BYTES)
        self._begin(keep_body=False)

    def _begin(self, *, keep_body: bool) -> None:
        self.keep_body = keep_body
        self.head, self.body = b"", bytearray()
        self.status, self.size, self.expected = 0, 0, -1

    def send(self, one: Call) -> None:
        self._begin(keep_body=one.keep_body)
        self.socket.sendall(one.raw)

    def receive(self) -> bool:
        """Raises OSError when the server has closed the connection."""
        count = self.socket.recv_into(self.buffer)
        if count == 0:
            raise ConnectionResetError("closed by the server")
        data = memoryview(self.buffer)[:count]
        if self.status == 0:
            self.head += bytes(data)
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return False
            self._read_head(self.head[:end])
            data = memoryview(self.head)[end + 4 :]
        self.size += len(data)
        if self.keep_body or self.expected < 0:
            self.body += data
        return self._is_whole()

    def _read_head(self, head: bytes) -> None:
        self.status = int(head[9:12])
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                self.expected = int(value)
        if self.status in NO_BODY:
            self.expected = 0

    def _is_whole(self) -> bool:
        if self.expected < 0:  # chunked; our answers never hold the last chunk's bytes themselves
            return self.body.endswith(b"0\r\n\r\n")
        return self.size >= self.expected

    def close(self) -> None:
        self.socket.close()
