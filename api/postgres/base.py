"""The engine. Django looks for it in a file of this name."""

from typing import Any

from django.db.backends.postgresql import base

from api.postgres.read_timeout import read_timeout

# A server that falls silent costs a request both, the kept connection's check and the new one: with the hashing of a
# password less than 3 s.
CHECK_SECONDS = 0.6
CONNECT_SECONDS = 1.2


class DatabaseWrapper(base.DatabaseWrapper):
    """Impatient with what is quick when all is well. (Where `set_read_timeout` was not called, it is as Django's.)"""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        with read_timeout(CONNECT_SECONDS):
            return super().get_new_connection(conn_params)

    def is_usable(self) -> bool:
        with read_timeout(CHECK_SECONDS):
            return super().is_usable()
