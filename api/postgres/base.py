"""The engine. Django looks for it in a file of this name."""

from typing import Any

from django.db.backends.postgresql import base

from api.postgres.read_timeout import await_first_answer, has_answered_lately, read_timeout

# A server that falls silent costs a request both, the kept connection's check and the new one: with the hashing of a
# password less than 3 s.
CHECK_SECONDS = 0.6
CONNECT_SECONDS = 1.2


class DatabaseWrapper(base.DatabaseWrapper):
    """Short timeouts for what is quick when all is well. (Where `set_read_timeout` was not called, as Django's.)"""

    health_check_enabled: bool  # which the stubs do not know
    health_check_done: bool

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        with read_timeout(CONNECT_SECONDS):
            return super().get_new_connection(conn_params)

    def is_usable(self) -> bool:
        with read_timeout(CHECK_SECONDS):
            return super().is_usable()

    def trust_if_it_answered_lately(self) -> None:
        """Before a quick statement: spares a connection Django's question whether it is usable, once in each request.

        It answered lately, and nobody has closed it since. That the server has not fallen silent shows in its first
        answer, which is awaited for `FIRST_SECONDS` only.
        """
        is_to_be_asked = self.connection is not None and self.health_check_enabled and not self.health_check_done
        if is_to_be_asked and not self.errors_occurred and has_answered_lately(self.connection):
            await_first_answer()
            self.health_check_done = True
