"""`pytest --storage=s3`: the same tests, with media in a bucket instead of a folder.

Loaded from pytest.ini with -p, so that the settings find S3_* in the environment as they would in production.
"""

import contextlib
import importlib
import os
from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    pass

SERVER = pytest.StashKey["S3Server"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--storage", choices=["local", "s3"], default="local", help="where media are kept")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    """Starts a store before anything imports the settings. Each worker of xdist has its own."""
    if early_config.known_args_namespace.storage == "s3":
        scope = contextlib.ExitStack()
        early_config.add_cleanup(scope.close)
        store = importlib.import_module("tests.support.s3_server")  # moto takes seconds to import
        server = scope.enter_context(store.s3_server())
        os.environ.update(server.environment())
        early_config.stash[SERVER] = server
    return (yield)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test marked for one storage is not among the tests of the other."""
    marks = {item: item.get_closest_marker("storage") for item in items}
    others = [item for item in items if (mark := marks[item]) and config.getoption("--storage") not in mark.args]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]
