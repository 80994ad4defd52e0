"""`make run`: start everything in order, keep it running, stop it in reverse."""

import os
import shutil
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType

from devtools.stack.child import Child, Program, failure
from devtools.stack.demo_job import DemoJob
from devtools.stack.dropping_root import drop_root
from devtools.stack.errors import StackError, Stopped
from devtools.stack.guard import PR_SET_CHILD_SUBREAPER, end_children, prctl
from devtools.stack.processes import MAILS, WORKER_READY, WORKERS, Processes, has_command, port_from_environment
from devtools.stack.servers import Postgres, Valkey
from devtools.stack.service import Service, always_ready
from devtools.stack.state import (
    ENVIRONMENT_FILE,
    STATE,
    check_room,
    lock_state,
    open_state,
    servers_home,
    socket_folder,
    write_environment,
)
from devtools.stack.terminal import say, terminal

REMIND_SECONDS = 60.0
MAX_STARTS = 5  # in a row, while the stack starts; once it is up, a service is started again without end
MAX_STEP_TRIES = 3
CLEARING_SECONDS = 30.0
TICK = 0.1
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def has_ended(child: Child) -> bool:
    return child.exit_code is not None


class Supervisor:
    """One run of the stack. `groups` are started in order and stopped in reverse, each group as one."""

    def __init__(self, only_servers: bool = False, demo: bool = True) -> None:
        self.only_servers, self.demo = only_servers, demo
        self.groups: list[list[Service]] = []
        self.step_in_progress: Child | None = None
        self.stop_requests = 0
        self.lock = -1
        self.sockets: Path | None = None
        self.demo_job: DemoJob | None = None

    def run(self) -> int:
        """Until a signal asks to stop: 0. Raises StackError when it cannot start."""
        for number in STOP_SIGNALS:
            signal.signal(number, self.note_signal)
        prctl(PR_SET_CHILD_SUBREAPER, 1)
        try:
            self.start()
            self.watch()
        except Stopped:
            terminal.show_status("")
            say("pystagram: stopping")
        finally:
            self.stop()
        return 0

    def note_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stop_requests += 1

    # -- starting ------------------------------------------------------------------------------------

    def start(self) -> None:
        began = time.monotonic()
        open_state()
        self.lock = self.take_lock()
        drop_root()
        port = 0 if self.only_servers else port_from_environment()
        check_room()
        environment = self.start_servers()
        write_environment(environment)
        if self.only_servers:
            for key, value in environment.items():
                say(f"{key}={value}")
            return
        self.start_processes(Processes(environment, port))
        say(f"\npystagram is up after {time.monotonic() - began:.1f} s.  Ctrl-C stops it; logs are in {STATE}/log")
        say(f"  API     http://127.0.0.1:{port}/")
        if not os.environ.get("EMAIL_URL"):
            say(f"  Mails   {STATE / MAILS} (what they look like: http://127.0.0.1:{port}/dev/mails)")
        say("")

    def take_lock(self) -> int:
        """The lock of the state folder; waits until the leftovers of a killed run are removed."""
        deadline = time.monotonic() + CLEARING_SECONDS
        while True:
            try:
                return lock_state()
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise StackError(f"{STATE} is still held by what a killed run left behind.") from None
            self.pause()

    def start_servers(self) -> dict[str, str]:
        """The embedded servers that the environment does not replace; the addresses of them all."""
        names = ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL")
        given = {name: os.environ[name] for name in names if os.environ.get(name)}
        if len(given) == len(names):
            return given
        home, account = servers_home()
        if account:
            say(f"pystagram: as root, the servers run as `{account.name}`, their data in {home}")
        self.sockets = sockets = socket_folder(home, account)
        addresses, group = dict[str, str](), list[Service]()
        if "REDIS_URL" not in given or "CELERY_BROKER_URL" not in given:
            valkey = Valkey(home, sockets, account, STATE / "log" / "valkey.log")
            addresses |= {"REDIS_URL": valkey.url(0), "CELERY_BROKER_URL": valkey.broker_url(1)}
            group.append(Service("valkey", valkey.program, valkey.is_ready))
        if "DATABASE_URL" not in given:
            postgres = Postgres(home, sockets, account, STATE / "log" / "postgres.log")
            if postgres.is_missing:
                self.step(postgres.creation)
                postgres.adopt()
            addresses["DATABASE_URL"] = postgres.url
            group.append(Service("postgres", postgres.program, postgres.is_ready))
        self.start_group(group)
        return {**addresses, **given}

    def start_processes(self, processes: Processes) -> None:
        """Everything that runs pystagram's own code."""
        self.step(partial(processes.manage, "migrate", "migrate", "--no-input"))
        # The API before the rest: together they would keep a small machine's cores busy, and people waiting.
        self.start_group([Service("api", processes.api, processes.api_is_healthy)])
        background = [Service(name, partial(processes.worker, name)) for name in WORKERS]
        for worker in background:  # the first request should find running workers
            worker.is_ready = partial(worker.has_said, WORKER_READY)
        if has_command("relay"):
            background.append(Service("relay", partial(processes.manage, "relay", "relay")))
        self.start_group([*background, Service("scheduler", processes.scheduler)])
        if self.demo and has_command("demo"):
            self.demo_job = DemoJob(processes.demo)
            self.start_group([self.demo_job])

    def step(self, make: Callable[[], Program]) -> None:
        """Run a program to its end. It is run again if it was killed, or if a server that it needs was. Raises
        StackError when it fails by itself."""
        for tries_left in reversed(range(MAX_STEP_TRIES)):
            ends_before = self.ends_count
            self.step_in_progress = child = Child(make(), (self.lock,))
            self.wait_until(partial(has_ended, child), child)
            if child.exit_code == 0:
                self.step_in_progress = None
                say(f"  {child.program.name:<12} done   {child.age:.1f} s")
                return
            if tries_left and self.was_disturbed(child, ends_before):
                say(f"  {child.program.name:<12} again, for it was disturbed (exit {child.exit_code})")
                continue
            raise failure(child, f"{child.program.name} failed")

    def was_disturbed(self, child: Child, ends_before: int) -> bool:
        """Whether a failed step was killed, or lost a server; then waits for the servers to be back."""
        for _ in range(10):  # a server's end may be noticed a moment after the step's
            self.pause()
        for service in self.services:
            self.wait_for_service(service)
        return child.was_killed or self.ends_count > ends_before

    @property
    def ends_count(self) -> int:
        return sum(service.ends_count for service in self.services)

    def start_group(self, group: list[Service]) -> None:
        self.groups.append(group)
        for service in group:
            service.start((self.lock,))
        for service in group:
            if service.is_ready is always_ready:
                say(f"  {service.name:<12} started")
            else:
                self.wait_for_service(service)
                say(f"  {service.name:<12} ready  {service.newest_child.age:.1f} s")

    def wait_for_service(self, service: Service) -> None:
        """Until it is ready, started again if it ends meanwhile. Raises StackError after `MAX_STARTS` bad starts."""

        def is_settled() -> bool:
            return service.bad_starts >= MAX_STARTS or (not service.has_ended and service.is_ready())

        self.wait_until(is_settled, service.newest_child)
        if service.bad_starts >= MAX_STARTS:
            raise failure(service.newest_child, f"{service.name} did not start")

    def wait_until(self, condition: Callable[[], bool], child: Child) -> None:
        """However long it takes (a slow machine is no fault), with a word each minute."""
        remind_at = time.monotonic() + REMIND_SECONDS
        while not condition():
            if time.monotonic() > remind_at:
                remind_at += REMIND_SECONDS
                say(f"  {child.program.name} is not ready after {child.age:.0f} s; waiting. See {child.program.log}")
            self.pause()

    def pause(self) -> None:
        """Let a little time pass and start again what has ended. Raises Stopped when a signal has come."""
        if self.stop_requests:
            raise Stopped
        self.restart_ended()
        time.sleep(TICK)

    # -- keeping it up -------------------------------------------------------------------------------

    @property
    def services(self) -> list[Service]:
        return [service for group in self.groups for service in group]

    def watch(self) -> None:
        """Keep it up until a signal comes."""
        while True:
            self.pause()
            if self.demo_job is not None:
                self.demo_job.show_progress()

    def restart_ended(self) -> None:
        for service in self.services:
            if service.child is not None and service.has_ended:
                service.note_end()
                self.end_orphans()
            elif service.is_due:
                service.start((self.lock,))
                say(f"  {service.name} started again")

    def end_orphans(self) -> None:
        """A guard that was killed leaves its program's children to us."""
        ours = [self.step_in_progress, *(service.child for service in self.services)]
        end_children(spare=frozenset(child.guard.pid for child in ours if child is not None))

    # -- stopping ------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Stop the groups in reverse; another signal meanwhile ends what is left by force."""
        if self.step_in_progress is not None:
            self.stop_together([self.step_in_progress])
        for group in reversed(self.groups):
            self.stop_together([service.child for service in group if service.child is not None])
        end_children()
        if self.lock >= 0:
            ENVIRONMENT_FILE.unlink(missing_ok=True)
            if self.sockets is not None:
                shutil.rmtree(self.sockets, ignore_errors=True)
            os.close(self.lock)

    def stop_together(self, children: list[Child]) -> None:
        requests = self.stop_requests
        for child in children:
            child.ask_to_stop()
        while any(child.exit_code is None for child in children):
            if self.stop_requests > requests:
                requests = self.stop_requests
                for child in children:
                    child.ask_to_stop()
            time.sleep(TICK / 2)
