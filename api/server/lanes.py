"""Threads for requests, shared out fairly."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

from api.server.refusal import Refused

Result = TypeVar("Result")
RETRY_AFTER_SECONDS = 2


class Job(NamedTuple):
    """What is to be done, who waits for it, and since when (the loop's time)."""

    work: Callable[[], object]
    future: "asyncio.Future[object]"
    since: float


class Queue:
    """What waits for one client, shared out between those behind it: they take turns, and who has most makes room."""

    def __init__(self) -> None:
        self.jobs: dict[str, deque[Job]] = {}  # by who it is for, in the order of whose turn it is
        self.length = 0

    def put(self, member: str, job: Job) -> None:
        self.jobs.setdefault(member, deque()).append(job)
        self.length += 1

    def pop(self) -> Job:
        member = next(iter(self.jobs))
        jobs = self.jobs.pop(member)
        job = jobs.popleft()
        if jobs:
            self.jobs[member] = jobs  # at the end: the others first
        self.length -= 1
        return job

    def make_room(self, member: str) -> Job | None:
        """Takes out the last of whoever has more waiting than the member would have then; None if nobody has."""
        greedy = max(self.jobs, key=lambda one: len(self.jobs[one]))
        if len(self.jobs[greedy]) <= len(self.jobs.get(member, ())) + 1:
            return None
        self.length -= 1
        return self.jobs[greedy].pop()


class Lane:
    """Threads of one kind of request. One client's requests wait behind their own, not before those of others.

    At most `per_client` threads work for one client while there is anything to do for others or not; at most
    `max_waiting` requests wait, at most `max_waiting_per_client` of them one client's: more are `busy`, and so is one
    whose turn comes after `max_wait_seconds`, when its client has gone. Where several may be behind one client, they
    take turns within its turns (`Queue`). All state belongs to the event loop's thread.

    The thread that was free last is taken first: each has a connection to PostgreSQL of its own, and those that are
    used all the time have their statements planned and what they read at hand.
    """

    def __init__(
        self,
        name: str,
        threads: int,
        per_client: int,
        *,
        max_waiting: int = 1024,
        max_waiting_per_client: int = 256,
        max_wait_seconds: float = 8.0,
    ) -> None:
        self.idle = [ThreadPoolExecutor(1, thread_name_prefix=f"{name}-{number}") for number in range(threads)]
        self.per_client = per_client
        self.max_waiting, self.max_waiting_per_client = max_waiting, max_waiting_per_client
        self.max_wait_seconds = max_wait_seconds
        self.waiting = 0
        self.queues: dict[str, Queue] = {}  # in the order of whose turn it is
        self.running: Counter[str] = Counter()

    async def run(self, client: str, work: Callable[[], Result], *, member: str = "") -> Result:
        """Does the work in a thread when it is the client's turn, and in that the member's.

        Raises `Refused` (busy) and whatever it raises.
        """
        queue = self.queues.get(client, Queue())
        if queue.length >= self.max_waiting_per_client:
            self._give_up(queue.make_room(member))
        if self.waiting >= self.max_waiting:
            raise _busy()
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        queue.put(member, Job(work, future, loop.time()))
        self.queues[client] = queue
        self.waiting += 1
        self._start(loop)
        result: Result = await future
        return result

    def _give_up(self, job: Job | None) -> None:
        """Another takes its place; None: there is none to be taken."""
        if job is None:
            raise _busy()
        self.waiting -= 1
        if not job.future.done():
            job.future.set_exception(_busy())

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        while self.idle:
            client = next((client for client in self.queues if self.running[client] < self.per_client), None)
            if client is None:
                return
            queue = self.queues.pop(client)
            job = queue.pop()
            if queue.length:
                self.queues[client] = queue  # at the end: the others first
            self.waiting -= 1
            if loop.time() - job.since > self.max_wait_seconds:
                if not job.future.done():
                    job.future.set_exception(_busy())
                continue
            self.running[client] += 1
            thread = self.idle.pop()
            thread.submit(self._work, loop, thread, client, job)

    def _work(self, loop: asyncio.AbstractEventLoop, thread: ThreadPoolExecutor, client: str, job: Job) -> None:
        """In that thread."""
        try:
            result, error = job.work(), None
        except BaseException as raised:
            result, error = None, raised
        loop.call_soon_threadsafe(self._done, loop, thread, client, job.future, result, error)

    def _done(
        self,
        loop: asyncio.AbstractEventLoop,
        thread: ThreadPoolExecutor,
        client: str,
        future: "asyncio.Future[object]",
        result: object,
        error: BaseException | None,
    ) -> None:
        self.idle.append(thread)
        self.running[client] -= 1
        if not self.running[client]:
            del self.running[client]
        if not future.done():
            future.set_exception(error) if error is not None else future.set_result(result)
        self._start(loop)


def _busy() -> Refused:
    return Refused("busy", "Too many requests are waiting", retry_after=RETRY_AFTER_SECONDS)
