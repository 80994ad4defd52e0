"""`python -m api.server`: granian by its own options, but one process that crashes never takes the others with it.

granian ends altogether when one of its processes crashes twice within 5.5 seconds. Then kill -9 twice, a request that
crashes its process, or the kernel short of memory would close the port for everybody.
"""

import time
from typing import Any

from granian import cli
from granian.server import MPServer

# What crashes younger than this has not come up properly; its number is granian's own.
YOUNG_SECONDS = 5.5
# Before it is started again: else it would keep a core busy for as long as it cannot come up.
PAUSE_SECONDS = 1.0


class Server(MPServer):
    """Gives up only when none of its processes has settled: what cannot start is seen by whoever started it."""

    def _respawn_workers(self, workers: list[int], spawn_target: Any, target_loader: Any, delay: float = 0) -> None:
        if any(self._crashed_young(index) for index in workers):
            self.main_loop_interrupt.wait(PAUSE_SECONDS)  # ends at once when it is to stop
        super()._respawn_workers(workers, spawn_target, target_loader, delay)
        if any(self._is_settled(index) for index in range(len(self.wrks)) if index not in workers):
            self.respawned_wrks.clear()  # by which granian would take the next crash for a loop

    def _crashed_young(self, index: int) -> bool:
        process: Any = self.wrks[index]
        return not process.is_alive() and time.monotonic() - process.birth < YOUNG_SECONDS

    def _is_settled(self, index: int) -> bool:
        process: Any = self.wrks[index]
        return bool(process.is_alive()) and time.monotonic() - process.birth >= YOUNG_SECONDS


def main() -> None:
    command: Any = cli
    command.Server = Server  # there is no other place to name a class of one's own
    command.entrypoint()


if __name__ == "__main__":
    main()
