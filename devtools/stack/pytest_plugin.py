"""Give a test run real servers of its own, unless DATABASE_URL names some.

Loaded from pytest.ini with -p, so that it runs before pytest-django reads the settings. Under xdist only the
controller starts servers; each worker gets a test database from pytest-django and two Redis databases here.
"""

import contextlib
import os
from collections.abc import Generator

import pytest

from devtools.stack.errors import StackError
from devtools.stack.servers import redis_url_for
from devtools.stack.throwaway import in_environment, throwaway_servers


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    """Start the servers before anything imports the settings, and stop them when pytest is done."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    scope = contextlib.ExitStack()
    early_config.add_cleanup(scope.close)
    os.environ.setdefault("PYSTAGRAM_ENV", "test")
    os.environ.setdefault("PYSTAGRAM_NEW_ACCOUNT_PERCENT", "0")  # whoever is in a test is new
    if worker:
        scope.enter_context(in_environment(_addresses_of_worker(int(worker.removeprefix("gw")))))
    elif "DATABASE_URL" not in os.environ:
        try:
            servers = scope.enter_context(throwaway_servers())
        except StackError as error:
            raise pytest.UsageError(str(error), *error.tail) from None
        scope.enter_context(in_environment(servers))
    return (yield)


def _addresses_of_worker(number: int) -> dict[str, str]:
    """Two Redis databases and a state folder per worker; the first pair is the controller's."""
    first = 2 + 2 * number
    own = {"REDIS_URL": first, "CELERY_BROKER_URL": first + 1}
    values = {key: redis_url_for(os.environ[key], own[key]) for key in own if os.environ.get(key)}
    if state := os.environ.get("PYSTAGRAM_VAR"):
        values["PYSTAGRAM_VAR"] = os.path.join(state, f"gw{number}")
    return values
