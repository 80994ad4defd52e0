"""Whose turn a request takes."""

import hashlib
import threading
from functools import partial
from typing import NamedTuple

from api.server.environ import Environ
from api.throttles import address_in
from api.wsgi.signed_in import SIGNED_IN

MAX_REMEMBERED = 10_000  # of each process, some 2 MB


class Client(NamedTuple):
    """Whose turn it is, and who of those behind an address; an unknown person's credentials are their digest."""

    name: str
    member: str = ""


class Clients:
    """A request is done for its address, or for a person once their credentials were found good in this process.

    So whoever makes up a token for each request, or writes a good one in many ways, is still one client; and people
    who are not known yet have turns of their own among those of their address.
    """

    def __init__(self, max_remembered: int = MAX_REMEMBERED) -> None:
        self.max_remembered = max_remembered
        self.people: dict[str, Client] = {}  # by the digest of the credentials, the oldest first
        self._lock = threading.Lock()

    def of(self, environ: Environ) -> Client:
        """The client; has Django remember who it is."""
        credentials = environ.get("HTTP_AUTHORIZATION") or environ.get("HTTP_COOKIE")
        if not credentials:
            return Client(address_in(environ))
        digest = hashlib.sha256(credentials.encode()).hexdigest()
        environ[SIGNED_IN] = partial(self._remember, digest)
        return self.people.get(digest) or Client(address_in(environ), digest)

    def _remember(self, digest: str, person_id: int) -> None:
        """From any thread."""
        if digest in self.people:
            return
        with self._lock:
            while len(self.people) >= self.max_remembered:
                del self.people[next(iter(self.people))]
            self.people[digest] = Client(f"person {person_id}")
