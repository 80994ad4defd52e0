"""Password hashing with a bound on what it takes: each hash holds 100 MB and a fifth of a second of a core."""

from django.contrib.auth.hashers import Argon2PasswordHasher

from api.load_shedding import ConcurrencyLimiter

# One at a time in each process; who waits longer than this gets a 503.
WAIT_SECONDS = 10.0
limiter = ConcurrencyLimiter(1, wait_seconds=WAIT_SECONDS)


class LimitedArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id with Django's memory (100 MiB) and time (2), in one thread instead of eight: the others' requests need
    the cores as well. Raises `Problem("busy")` when too many wait."""

    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with limiter.slot():
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        with limiter.slot():
            return bool(super().verify(password, encoded))
