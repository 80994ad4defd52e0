"""OpenStack Swift, a real object store with an S3 of its own: `python -m tests.support.swift COMMAND` has it meanwhile.

Its four servers run on loopback, in a folder of their own, with one copy of each object. They come from `.venv/swift`
(requirements-swift.txt, `make test-swift`). Without memcached, which Swift can do without.
"""

import contextlib
import getpass
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.support.s3_signatures import Keys
from tests.support.stack_run import ROOT, end_with_the_tests, eventually, free_port

PROGRAMS = ROOT / ".venv" / "swift" / "bin"
KEYS = Keys("pystagram:tests", "not-a-secret")
DEVICE = "disk"
SERVERS = ("account", "container", "object", "proxy")
START_SECONDS = 60
# As `swift-ring-builder` makes it in three commands: one device, one copy, four partitions.
RING = """
import sys
from swift.common.ring import RingBuilder
for name, port in zip(("account", "container", "object"), sys.argv[2:]):
    builder = RingBuilder(2, 1, 0)
    device = {"region": 1, "zone": 1, "ip": "127.0.0.1", "port": int(port), "device": sys.argv[1], "weight": 1.0}
    builder.add_dev(device | {"replication_ip": device["ip"], "replication_port": device["port"]})
    builder.rebalance()
    builder.get_ring().save(f"{name}.ring.gz")
"""
HASHES = "[swift-hash]\nswift_hash_path_prefix = pystagram\nswift_hash_path_suffix = tests\n"
DEFAULTS = """[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = {user}
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
disable_fallocate = true
log_level = WARNING
"""
BACKEND = "[pipeline:main]\npipeline = {name}-server\n[app:{name}-server]\nuse = egg:swift#{name}\n"
AS_THEY_COME = ("catch_errors", "gatekeeper", "s3api", "copy", "slo", "dlo")
PROXY = f"""[pipeline:main]
pipeline = catch_errors gatekeeper cache s3api tempauth copy slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:tempauth]
use = egg:swift#tempauth
user_{KEYS.access.replace(":", "_")} = {KEYS.secret} .admin
[filter:cache]
use = egg:swift#memcache
""" + "".join(f"[filter:{name}]\nuse = egg:swift#{name}\n" for name in AS_THEY_COME)


@contextlib.contextmanager
def swift(folder: Path) -> Iterator[dict[str, str]]:
    """Swift with its state in the folder; the variables by which tests use it instead of the emulator."""
    ports = {name: free_port() for name in SERVERS}
    configure(folder, ports)
    with contextlib.ExitStack() as scope:
        log = scope.enter_context((folder / "log").open("wb"))
        for name in SERVERS:
            command = [PROGRAMS / f"swift-{name}-server", folder / f"{name}.conf", "-v"]
            server = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=end_with_the_tests)
            scope.callback(server.wait)
            scope.callback(server.terminate)
        if not eventually(lambda: all(map(is_open, ports.values())), START_SECONDS):
            raise SystemExit((folder / "log").read_text())
        yield {
            "S3_TEST_UPSTREAM": f"http://127.0.0.1:{ports['proxy']}",
            "S3_TEST_KEYS": f"{KEYS.access} {KEYS.secret}",
            "S3_TEST_OBJECTS": str(folder / "devices" / DEVICE / "objects"),
        }


def configure(folder: Path, ports: dict[str, int]) -> None:
    (folder / "devices" / DEVICE).mkdir(parents=True)
    (folder / "swift.conf").write_text(HASHES)
    for name, port in ports.items():
        own = PROXY if name == "proxy" else BACKEND.format(name=name)
        text = DEFAULTS.format(port=port, user=getpass.getuser(), folder=folder) + own
        (folder / f"{name}.conf").write_text(text)
    command = [PROGRAMS / "python", "-c", RING, DEVICE, *(str(ports[name]) for name in SERVERS[:3])]
    subprocess.run(command, cwd=folder, check=True)


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="pystagram-swift-") as folder, swift(Path(folder)) as variables:
        return subprocess.run(sys.argv[1:], env={**os.environ, **variables}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
