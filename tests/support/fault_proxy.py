"""A door to a server that can be made to accept and stay silent, or to slam shut."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator


class FaultProxy:
    """Passes TCP on to a Unix socket, which is asked for at each connection, for it may not be there yet."""

    def __init__(self, upstream: Callable[[], str]) -> None:
        self.upstream = upstream
        self.passing = threading.Event()
        self.passing.set()
        self.open: set[socket.socket] = set()
        self.door = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self.door.getsockname()[1])
        self._start(self._take_in)

    @contextlib.contextmanager
    def silent(self) -> Iterator[None]:
        """Meanwhile connections are taken and not one byte passes; what was held back passes afterwards."""
        self.passing.clear()
        try:
            yield
        finally:
            self.passing.set()

    def forget(self) -> None:
        """Leave the connections of a silence silent for ever, as a network does that has lost their state."""
        self.passing = threading.Event()

    def cut(self) -> None:
        """End all connections at once; new ones are taken."""
        for end in list(self.open):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Take nobody in any more."""
        self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()
        self.passing.set()
        self.cut()

    def _start(self, work: Callable[..., None], *arguments: object) -> threading.Thread:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        thread.start()
        return thread

    def _take_in(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._start(self._join, self.door.accept()[0])

    def _join(self, client: socket.socket) -> None:
        passing = self.passing
        with client, socket.socket(socket.AF_UNIX) as server, contextlib.suppress(OSError):
            passing.wait()
            server.connect(self.upstream())
            self.open |= {client, server}
            back = self._start(self._pump, server, client, passing)
            self._pump(client, server, passing)
            back.join()
        self.open -= {client, server}

    def _pump(self, source: socket.socket, sink: socket.socket, passing: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                passing.wait()
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
