"""The shipped proxy before the API of the stack that is pressed."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devtools.stack.child import Child, Program
from pystagram.environment import ROOT
from tests.support.faulty_world import FaultyWorld
from tests.support.stack_run import eventually, free_port


@contextmanager
def before(world: FaultyWorld, folder: Path) -> Iterator[None]:
    """Meanwhile everybody comes through the proxy."""
    port = free_port()
    environment = {
        "PYSTAGRAM_URL": f"http://127.0.0.1:{port}",
        "S3_PUBLIC_URL": f"http://localhost:{port}",  # media are in a folder: nobody asks there
        "API_UPSTREAM": f"127.0.0.1:{world.stack.port}",
        "PROXY_HEALTH_PORT": str(free_port()),
        "XDG_DATA_HOME": str(folder / "caddy"),
        "PATH": os.environ["PATH"],
    }
    words = [Path(sys.executable).with_name("caddy"), "run", "--config", ROOT / "deploy" / "Caddyfile"]
    log = folder / "proxy.log"
    proxy = Child(Program("proxy", (*words, "--adapter", "caddyfile"), log, environment))
    world.port = port
    try:
        assert eventually(lambda: proxy.exit_code is None and is_through(world)), log.read_text()
        yield
    finally:
        world.port = world.stack.port
        proxy.ask_to_stop()
        proxy.wait_for_end()


def is_through(world: FaultyWorld) -> bool:
    try:
        return world.feed().status == 200
    except OSError:
        return False
