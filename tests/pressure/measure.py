"""What bob notices: his feed, again and again, before, during and after each condition; and that nothing is lost."""

import http.client
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

from tests.pressure import proxy
from tests.pressure.conditions import BEHIND_PROXY, SERVICES, Condition, Notes, PressedWorld, again_and_again
from tests.support.faulty_world import Answer, picture

QUIET_SECONDS, PRESSED_SECONDS = 8.0, 15.0
RECOVERY_SECONDS = 90.0
PAUSE_SECONDS = 0.02  # between two feeds
UPLOAD_PAUSE_SECONDS = 1.0


@dataclass
class Feeds:
    """Seconds of each answered feed, and how many of the others there were, by kind."""

    seconds: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)

    def milliseconds(self, share: float) -> float:
        """The percentile; infinite if none was answered."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else float("inf")


@dataclass
class Finding:
    """What was found under one condition."""

    name: str
    quiet: Feeds
    pressed: Feeds
    recovered_after: float
    dead: list[str]
    notes: Notes


class Witness:
    """Reads bob's feed over one kept connection, and uploads photos whose bytes it remembers."""

    def __init__(self, world: PressedWorld) -> None:
        self.world = world
        self.uploaded: dict[str, bytes] = {}
        self.refused: Counter[str] = Counter()

    def watch(self, seconds: float) -> Feeds:
        """Reads for so long. What is not answered within ten seconds counts as a failure."""
        feeds, end = Feeds(), time.monotonic() + seconds
        connection = http.client.HTTPConnection("127.0.0.1", self.world.port, timeout=10)
        while time.monotonic() < end:
            began = time.perf_counter()
            try:
                connection.request("GET", "/v1/feed", headers={"Authorization": f"Bearer {self.world.tokens['bob']}"})
                reply = connection.getresponse()
                reply.read()
                if reply.status == 200:
                    feeds.seconds.append(time.perf_counter() - began)
                else:
                    feeds.failures[str(reply.status)] += 1
            except (OSError, http.client.HTTPException) as error:
                feeds.failures[type(error).__name__] += 1
                connection.close()
            time.sleep(PAUSE_SECONDS)
        connection.close()
        return feeds

    def upload(self) -> None:
        photo = picture()
        try:
            answer = self.world.upload(photo)
        except (OSError, http.client.HTTPException) as error:
            self.refused[type(error).__name__] += 1
            return
        if answer.status < 300:
            self.uploaded[answer.json["id"]] = photo
        else:
            self.refused[kind_of(answer)] += 1

    def lost(self) -> list[str]:
        """Ids of acknowledged uploads that do not come back byte for byte."""
        found = {media: self.world.call("GET", f"/v1/media/{media}/original", "alice") for media in self.uploaded}
        return [media for media, answer in found.items() if answer.body != self.uploaded[media]]

    @contextmanager
    def uploading(self) -> Iterator[None]:
        with again_and_again(self.upload, UPLOAD_PAUSE_SECONDS):
            yield


def kind_of(answer: Answer) -> str:
    """Status and code of a refusal."""
    is_problem = answer.type == "application/problem+json"
    return f"{answer.status} {answer.json['code']}" if is_problem else str(answer.status)


def programs(world: PressedWorld) -> dict[str, list[int]]:
    """The processes of each service; PostgreSQL's come and go with connections, but for the first."""
    return {name: world.pids_of(name)[: 1 if name == "postgres" else None] for name in SERVICES}


def examine(world: PressedWorld, witness: Witness, name: str, condition: Condition) -> Finding:
    """One condition: quiet before, pressed, and how long until it is quiet again."""
    entrance = proxy.before(world, world.stack.state.parent) if name.endswith(BEHIND_PROXY) else nullcontext()
    with entrance:
        before, quiet = programs(world), witness.watch(QUIET_SECONDS)
        with condition(world) as notes, witness.uploading():
            pressed = witness.watch(PRESSED_SECONDS)
        dead = [name for name, pids in programs(world).items() if not set(before[name]) <= set(pids)]
        return Finding(name, quiet, pressed, recovery(witness, quiet), dead, notes)


def recovery(witness: Witness, quiet: Feeds) -> float:
    """Seconds until the feed is answered as before, without a failure; infinite if that does not come."""
    began = time.monotonic()
    while time.monotonic() - began < RECOVERY_SECONDS:
        elapsed = time.monotonic() - began
        feeds = witness.watch(2.0)
        if not feeds.failures and feeds.milliseconds(0.5) <= 2 * quiet.milliseconds(0.5):
            return elapsed
    return float("inf")


def is_within_bounds(finding: Finding) -> bool:
    """The promise: feeds within twice their quiet median."""
    return finding.pressed.milliseconds(0.5) <= 2 * finding.quiet.milliseconds(0.5)
