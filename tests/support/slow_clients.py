"""Clients that read or send next to nothing, many at a time, on sockets of their own."""

import contextlib
import json
import select
import socket
import struct
from collections.abc import Iterator

RECEIVE_BUFFER_BYTES = 4096
HOST = "127.0.0.1"


def open_connection(port: int, receive_buffer: int | None = None) -> socket.socket:
    client = socket.socket()
    if receive_buffer:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)  # before connecting: it sets the window
    client.settimeout(10)
    client.connect((HOST, port))
    return client


def head(method: str, path: str, *headers: str, token: str = "") -> bytes:
    signed = [f"Authorization: Bearer {token}"] if token else []
    return "\r\n".join([f"{method} {path} HTTP/1.1", f"Host: {HOST}", *signed, *headers, "", ""]).encode()


@contextlib.contextmanager
def slow_readers(port: int, count: int, path: str, token: str = "") -> Iterator[list[socket.socket]]:
    """So many clients that ask for a path and read nothing of the answer."""
    with contextlib.ExitStack() as scope:
        clients = []
        for _ in range(count):
            client = scope.enter_context(open_connection(port, RECEIVE_BUFFER_BYTES))
            client.sendall(head("GET", path, token=token))
            clients.append(client)
        yield clients


@contextlib.contextmanager
def slow_senders(
    port: int, count: int, path: str = "/v1/auth/token", *, method: str = "POST", length: int = 500, token: str = ""
) -> Iterator[list[socket.socket]]:
    """So many clients that promise a body and send one byte of it."""
    kind = "multipart/form-data; boundary=edge" if path == "/v1/media" else "application/json"
    with contextlib.ExitStack() as scope:
        clients = []
        for _ in range(count):
            client = scope.enter_context(open_connection(port))
            client.sendall(head(method, path, f"Content-Type: {kind}", f"Content-Length: {length}", token=token) + b"{")
            clients.append(client)
        yield clients


@contextlib.contextmanager
def idle_clients(port: int, count: int) -> Iterator[list[socket.socket]]:
    """So many connections that ask for nothing, whether or not they are accepted. They are reset at the end."""
    with contextlib.ExitStack() as scope:
        clients = [scope.enter_context(socket.socket()) for _ in range(count)]
        for client in clients:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.setblocking(False)
            client.connect_ex((HOST, port))
        yield clients


def drip(clients: list[socket.socket]) -> int:
    """One more byte from each that still may send; how many those were."""
    sent = 0
    for client in clients:
        with contextlib.suppress(OSError):
            client.sendall(b" ")
            sent += 1
    return sent


def answered(clients: list[socket.socket]) -> list[socket.socket]:
    """Those to whom something has come, be it the end of the connection."""
    poll = select.poll()
    by_number = {client.fileno(): client for client in clients}
    for number in by_number:
        poll.register(number, select.POLLIN)
    return [by_number[number] for number, _ in poll.poll(0)]


def is_ended(client: socket.socket) -> bool:
    """Whether the server has ended the connection, as found by reading all that it sent."""
    try:
        while client.recv(65536):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


def problem_in(client: socket.socket) -> tuple[int, str]:
    """Status and code of the answer that has come."""
    text = client.recv(65536).decode()
    return int(text.split()[1]), json.loads(text.partition("\r\n\r\n")[2])["code"]
