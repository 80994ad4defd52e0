"""Password hashing with a bound on what it takes: each hash holds 100 MB and a fifth of a second of a core."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from api.file_ownership import inherit_owner
from api.load_shedding import ConcurrencyLimiter

# One at a time in each process; who waits longer than this gets a 503, and so does who comes when so many wait:
# wherever a password is asked for, few threads wait for its hash. (As many as log-ins have, `pystagram/rsgi.py`.)
WAIT_SECONDS, MAX_WAITING = 5.0, 4
limiter = ConcurrencyLimiter(1, wait_seconds=WAIT_SECONDS, max_waiting=MAX_WAITING)
LOCK_FILE = "hashing.lock"  # in PYSTAGRAM_VAR
# Up to so many cores, each hash is followed by a rest as long as itself: what runs beside one on the other core of two
# (of a virtual machine, often the other half of one) takes two to three times as long.
CORES_THAT_REST, MAX_REST_SECONDS = 2, 1.0


@contextmanager
def hashing_slot() -> Iterator[None]:
    """Holds the machine's one place for hashing: of two cores one stays for everybody else's requests.

    Between processes it is a lock on a file, which the kernel gives back if its holder dies. Raises `Problem("busy")`.
    """
    with limiter.slot(), ExitStack() as scope:
        with suppress(OSError):  # no place for the file: each process for itself
            path = settings.VAR_DIR / LOCK_FILE
            file = scope.enter_context(path.open("a"))
            inherit_owner(path)
            fcntl.flock(file, fcntl.LOCK_EX)
            scope.enter_context(_rest_afterwards(file.fileno()))
        yield


@contextmanager
def _rest_afterwards(lock: int) -> Iterator[None]:
    """Whoever comes within the rest waits for its end, which is the time of the lock's file."""
    if (os.cpu_count() or 1) > CORES_THAT_REST:
        yield
        return
    time.sleep(min(max(os.fstat(lock).st_mtime - time.time(), 0.0), MAX_REST_SECONDS))
    began = time.time()
    try:
        yield
    finally:
        ended = time.time()
        with suppress(OSError):  # the file is another account's
            os.utime(lock, (ended, ended + min(max(ended - began, 0.0), MAX_REST_SECONDS)))


class LimitedArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id with Django's memory (100 MiB) and time (2), in one thread instead of eight: the others' requests need
    the cores as well. Raises `Problem("busy")` when too many wait."""

    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with hashing_slot():
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        with hashing_slot():
            return bool(super().verify(password, encoded))
