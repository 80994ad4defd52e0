"""A line that breaks again and again while something is sent over it."""

import contextlib
import socket
import threading


class BreakingProxy:
    """Passes TCP on to a port of this machine. After each `every` bytes from a client it ends the connection, at most
    `times` times; what was sent until then has been passed on."""

    def __init__(self, port: int, *, every: int, times: int) -> None:
        self.upstream, self.every, self.left = port, every, times
        self.broken = 0
        self.door = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.port = int(self.door.getsockname()[1])
        threading.Thread(target=self._take_in, daemon=True).start()

    def close(self) -> None:
        self.left = 0
        with contextlib.suppress(OSError):
            self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()

    def _take_in(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.door.accept()
                threading.Thread(target=self._join, args=(client,), daemon=True).start()

    def _join(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self.upstream)) as server:
            back = threading.Thread(target=self._pump, args=(server, client), daemon=True)
            back.start()
            self._send_on(client, server)
            for end in (client, server):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            back.join()

    def _send_on(self, client: socket.socket, server: socket.socket) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                server.sendall(data)
                passed += len(data)
                if passed >= self.every and self.left > 0:
                    self.left -= 1
                    self.broken += 1
                    return

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
