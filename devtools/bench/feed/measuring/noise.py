"""Whether the machine was quiet enough for a figure to mean something."""

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from devtools.bench.feed.measuring import cpu
from devtools.bench.feed.measuring.percentiles import percentile

MAX_FOREIGN = 0.10  # of one core, by processes that are none of ours
MAX_STOLEN = 0.02  # of one core, by the machine's host
MAX_SPREAD = 0.25  # of the calibration loop: how much longer its slow tenth takes than its fast one
SLICES, BLOCK, BLOCKS = 60, bytes(65_536), 40


@dataclass(frozen=True)
class Noise:
    """Of one measurement."""

    foreign: float
    stolen: float
    spread: float

    def faults(self) -> list[str]:
        """What was over its bound, in words."""
        bounds = (
            (self.foreign, MAX_FOREIGN, "of a core went to other processes"),
            (self.stolen, MAX_STOLEN, "of a core was taken by the host"),
            (self.spread, MAX_SPREAD, "is how far the calibration loop lay apart"),
        )
        return [f"{found:.0%} {what} (at most {most:.0%})" for found, most, what in bounds if found > most]

    def as_json(self) -> dict[str, float]:
        return asdict(self)


def calibrate() -> list[float]:
    """Seconds of the same work, several times over: about a tenth of a second in all."""
    found = []
    for _ in range(SLICES):
        start = time.perf_counter()
        digest = hashlib.sha256()
        for _ in range(BLOCKS):
            digest.update(BLOCK)
        found.append(time.perf_counter() - start)
    return found


def apart(times: list[float]) -> float:
    """How much longer the slow tenth takes than the fast one: 0 if all are alike."""
    return percentile(times, 0.9) / percentile(times, 0.1) - 1


class Watch:
    """From its making to `judge`: what the machine did besides the stack and this process."""

    def __init__(self, supervisor: Callable[[], int]) -> None:
        self.supervisor = supervisor
        self.calibration = calibrate()
        self.start, self.machine, self.ours = time.monotonic(), cpu.machine(), self._ours()

    def _ours(self) -> float:
        return sum(cpu.spent(self.supervisor()).values()) + sum(os.times()[:4])

    def judge(self, *, restarted: bool = False) -> Noise:
        """`restarted`: what the stack has spent went with its programs, so that nobody can say what others did."""
        seconds = time.monotonic() - self.start
        machine, ours = cpu.machine(), self._ours()
        foreign = (machine.busy - self.machine.busy - (ours - self.ours)) / seconds
        stolen = (machine.stolen - self.machine.stolen) / seconds
        spread = max(apart(self.calibration), apart(calibrate()))
        return Noise(0.0 if restarted else max(0.0, foreign), stolen, spread)
