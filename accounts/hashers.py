"""Password hashing with a bound on what it takes: each hash holds 100 MB and a fifth of a second of a core."""

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from api.file_ownership import inherit_owner
from api.load_shedding import ConcurrencyLimiter

# One at a time in each process; who waits longer than this gets a 503.
WAIT_SECONDS = 5.0
limiter = ConcurrencyLimiter(1, wait_seconds=WAIT_SECONDS)
LOCK_FILE = "hashing.lock"  # in PYSTAGRAM_VAR


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
        yield


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
