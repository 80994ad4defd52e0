"""What is done to the stack. Each is a context manager: it holds while the block runs, and is over after it."""

import contextlib
import io
import os
import secrets
import shutil
import signal
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from PIL import Image

from tests.pressure.memory import bounded
from tests.support.faulty_world import Answer, FaultyWorld, picture, send
from tests.support.slow_clients import answered, drip, idle_clients, open_connection, slow_readers, slow_senders
from tests.support.stack_run import children, eventually, open_files

CLIENTS = 1000
IDLE_CLIENTS, IDLE_PAUSE_SECONDS = 10_000, 0.2
LOG_INS, LOG_INS_PAUSE_SECONDS = 40, 5.0
BOMBS, BOMB_SIDE = 20, 7000  # pixels: 49 million each
POSTS = 100
SERVICES = ["api", "worker", "worker-bulk", "worker-video", "relay", "scheduler", "valkey", "postgres"]
DRIP_SECONDS = 1.0
BEHIND_PROXY = ", behind the proxy"
MORE_MEGABYTES, MEMORY_BOMBS = 256, 4  # a bomb takes some 400 to be decoded
FULL_DISK, DISK_MEGABYTES = "disk full", 1500


class PressedWorld(FaultyWorld):
    """Alice, who has a photo of 8 MB and 100 posts; bob, whose feed they are; mallory, who is the client."""

    large = rendition = ""

    def populate(self) -> None:
        super().populate()
        self.register("mallory")
        assert self.call("PUT", "/v1/users/alice/follow", "mallory").status == 200
        for _ in range(POSTS):
            assert self.publish().status == 201
        self.large = self.upload_as("mallory", noise(2000, 1400)).json["id"]
        assert eventually(lambda: self.shown_to_mallory()["state"] == "ready", 120)
        shown = self.shown_to_mallory()["renditions"]
        self.rendition = shown[-1]["url"].partition(str(self.stack.port))[2]
        assert eventually(lambda: len(self.feed().json["results"]) == POSTS and self.is_settled(), 120)

    def shown_to_mallory(self) -> "dict[str, object]":
        return dict(self.call("GET", f"/v1/media/{self.large}", "mallory").json)

    def upload_as(self, who: str, photo: bytes) -> Answer:
        mark = secrets.token_hex(16)
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
        body = head.encode() + photo + f"\r\n--{mark}--\r\n".encode()
        return self.call("POST", "/v1/media", who, body, content_type=f"multipart/form-data; boundary={mark}")


Notes = dict[str, object]
Condition = Callable[[PressedWorld], AbstractContextManager[Notes]]


def noise(width: int, height: int) -> bytes:
    """A JPEG that cannot be made smaller."""
    file = io.BytesIO()
    Image.frombytes("RGB", (width, height), secrets.token_bytes(width * height * 3)).save(file, "JPEG", quality=98)
    return file.getvalue()


@contextlib.contextmanager
def again_and_again(step: Callable[[], object], pause: float) -> Iterator[None]:
    """Meanwhile a thread does a step, pauses, and does it again."""
    done = threading.Event()

    def go_on() -> None:
        while not done.wait(pause):
            with contextlib.suppress(OSError):
                step()

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def readers(path: Callable[[PressedWorld], str], who: str = "mallory") -> Condition:
    @contextlib.contextmanager
    def condition(world: PressedWorld) -> Iterator[Notes]:
        with slow_readers(world.port, CLIENTS, path(world), world.tokens[who]) as clients:
            notes: Notes = {}
            yield notes
            notes["answered"] = len(answered(clients))

    return condition


def senders(path: str, length: int, who: str = "") -> Condition:
    @contextlib.contextmanager
    def condition(world: PressedWorld) -> Iterator[Notes]:
        token = world.tokens[who] if who else ""
        with slow_senders(world.port, CLIENTS, path, length=length, token=token) as clients:
            notes: Notes = {}
            with again_and_again(lambda: drip(clients), DRIP_SECONDS):
                yield notes
            notes["given up"] = len(answered(clients))

    return condition


@contextlib.contextmanager
def silent(world: PressedWorld) -> Iterator[Notes]:
    """Half a request line, and no more."""
    with contextlib.ExitStack() as scope:
        clients = [scope.enter_context(open_connection(world.port)) for _ in range(CLIENTS)]
        for client in clients:
            client.sendall(b"GET /v1/feed HT")
        notes: Notes = {}
        yield notes
        notes["given up"] = len(answered(clients))


@contextlib.contextmanager
def idle(world: PressedWorld) -> Iterator[Notes]:
    """More connections than the API may hold; how long others wait who make one of their own meanwhile."""
    seconds: list[float] = []

    def ask() -> None:
        began = time.monotonic()
        try:
            world.feed()
        finally:
            seconds.append(time.monotonic() - began)

    with idle_clients(world.port, IDLE_CLIENTS) as clients:
        notes: Notes = {}
        with again_and_again(ask, IDLE_PAUSE_SECONDS):
            yield notes
        notes["most files of a process"] = max(len(open_files(pid)) for pid in world.pids_of("api"))
        notes["ended"] = len(answered(clients))
        notes["by new connections, p50 and most, ms"] = (
            f"{statistics.median(seconds) * 1000:.0f} and {max(seconds) * 1000:.0f}"
        )


def log_ins(pause: float) -> Condition:
    """All at once, answered or refused, and again after a pause of so many seconds."""

    @contextlib.contextmanager
    def condition(world: PressedWorld) -> Iterator[Notes]:
        statuses: list[int] = []

        def one() -> None:
            try:
                statuses.append(world.log_in("alice").status)
            except OSError:
                statuses.append(0)

        def burst() -> None:
            threads = [threading.Thread(target=one) for _ in range(LOG_INS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        notes: Notes = {}
        with again_and_again(burst, pause):
            yield notes
        notes.update({f"answered {status}": statuses.count(status) for status in sorted(set(statuses))})

    return condition


def bomb(number: int) -> bytes:
    """A PNG of 49 megapixels and 150 kB, unlike those of other numbers."""
    file = io.BytesIO()
    Image.new("RGB", (BOMB_SIDE, BOMB_SIDE), (number, secrets.randbelow(256), 0)).save(file, "PNG")
    return file.getvalue()


@contextlib.contextmanager
def bombs(world: PressedWorld) -> Iterator[Notes]:
    """PNGs of 49 megapixels from one person; how long another's photo waits meanwhile."""
    sent = [world.upload_as("mallory", bomb(number)).status for number in range(BOMBS)]
    began, photo = time.monotonic(), world.upload(picture()).json["id"]
    notes: Notes = {f"sent, {status}": sent.count(status) for status in set(sent)}
    yield notes
    ready = eventually(lambda: world.state_of(photo) == "ready", 60)
    notes["another's photo ready after, s"] = round(time.monotonic() - began, 1) if ready else "60 and more"


@contextlib.contextmanager
def full_disk(world: PressedWorld) -> Iterator[Notes]:
    """Not a byte is left where the stack keeps its state; then there is room again."""
    ballast = world.stack.state.parent / "ballast"
    try:
        fill(ballast)
        notes: Notes = {}
        yield notes
        notes["an upload"] = world.upload(picture()).status
        notes["a post"] = world.publish().status
    finally:
        ballast.unlink(missing_ok=True)


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A disk of its own at the folder, so that filling it harms nobody else; False where mounting is not allowed."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m,mode=755", "pystagram-pressure", str(folder)]
    is_mounted = shutil.which("mount") is not None and subprocess.run(command, check=False).returncode == 0
    try:
        yield is_mounted
    finally:
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(path: Path) -> None:
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(bytes(size))


@contextlib.contextmanager
def short_memory(world: PressedWorld) -> Iterator[Notes]:
    """All programs together may take no more than they have and so much; somebody sends what takes more."""
    with bounded(MORE_MEGABYTES * 2**20) as group:
        if group is None:
            yield {"not pressed": "no control group can be made here"}
            return
        group.add(world.stack.processes())
        sent = [world.upload_as("mallory", bomb(number)).json["id"] for number in range(MEMORY_BOMBS)]
        notes: Notes = {}
        yield notes
        notes["ended by the kernel"] = group.kills()
    states = [world.call("GET", f"/v1/media/{media}", "mallory").json["state"] for media in sent]
    notes["called bad"] = states.count("failed")


def killed(name: str) -> Condition:
    """kill -9 of one program (of the API: one of its two processes), and again while it starts."""

    @contextlib.contextmanager
    def condition(world: PressedWorld) -> Iterator[Notes]:
        def victim() -> int:
            program = world.stack.program(name)
            if name != "api":
                return program
            return next((one for one in children(program) if one not in before or one == first), 0)

        def kill_again() -> None:
            if eventually(lambda: victim() not in (0, first), 60):
                killed.append(victim())
                send(signal.SIGKILL, killed[-1:])

        program = world.stack.program(name)
        before = children(program)
        first, killed = before[-1] if name == "api" else program, list[int]()
        os.kill(first, signal.SIGKILL)
        again = threading.Thread(target=kill_again)
        again.start()
        yield (notes := Notes())
        again.join()
        notes["killed"] = 1 + len(killed)
        assert eventually(lambda: victim() not in (0, first, *killed), 60), name

    return condition


def killed_whole(world: PressedWorld) -> AbstractContextManager[Notes]:
    """kill -9 of the API's processes, all of them."""

    @contextlib.contextmanager
    def condition() -> Iterator[Notes]:
        send(signal.SIGKILL, world.pids_of("api"))
        yield {"killed": "all"}

    return condition()


SLOW: dict[str, Condition] = {
    f"{CLIENTS} slow readers of an original": readers(lambda world: f"/v1/media/{world.large}/original"),
    f"{CLIENTS} slow readers of a rendition": readers(lambda world: world.rendition),
    f"{CLIENTS} slow readers of a feed": readers(lambda world: "/v1/feed"),
    f"{CLIENTS} slow senders of JSON": senders("/v1/auth/token", 500),
    f"{CLIENTS} slow uploads, signed in": senders("/v1/media", 1_000_000, "mallory"),
    f"{CLIENTS} silent connections": silent,
}
CONDITIONS: dict[str, Condition] = {
    **SLOW,
    **{f"{name}{BEHIND_PROXY}": condition for name, condition in SLOW.items()},
    f"{IDLE_CLIENTS} idle connections": idle,
    f"{LOG_INS} log-ins at once, and again after {LOG_INS_PAUSE_SECONDS:.0f} s": log_ins(LOG_INS_PAUSE_SECONDS),
    f"{LOG_INS} log-ins at once, without a pause": log_ins(0.0),
    f"{BOMBS} bombs by one person": bombs,
    FULL_DISK: full_disk,
    "memory short": short_memory,
    **{f"kill -9 of {name}, and again while it starts": killed(name) for name in SERVICES},
    "kill -9 of the whole API": killed_whole,
}
