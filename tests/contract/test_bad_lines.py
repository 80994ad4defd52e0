"""A large file over a line that breaks ten times, sent by a client that others wrote: it arrives once, byte for byte.

Needs Node.js 20 or later and npm; what they install is pinned in tests/contract/clients/tus/package-lock.json. It sends
24 MB; what is sent at most is `UPLOAD_BYTES=314572800 make test-slow ARGS="-n 0 tests/contract -k ten_broken"`.
"""

import hashlib
import json
import os
import random
import shutil
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from media.tests.support.films import H264, film
from tests.contract.test_generated_clients import check_node
from tests.support.breaking_proxy import BreakingProxy
from tests.support.stack_run import ROOT, StackRun, eventually

pytestmark = pytest.mark.slow
MEGABYTE = 1024 * 1024
BYTES, BREAKS = int(os.environ.get("UPLOAD_BYTES", 24 * MEGABYTE)), 10
SOURCES = ROOT / "tests/contract/clients/tus"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackRun]:
    run = StackRun(tmp_path_factory.mktemp("stack") / "var", "--no-demo")
    run.start()
    yield run
    run.clear()


@pytest.fixture
def tus(tmp_path: Path) -> Path:
    """A folder with the client and the packages of its lock file."""
    check_node()
    folder = tmp_path / "tus"
    shutil.copytree(SOURCES, folder, ignore=shutil.ignore_patterns("node_modules"))
    install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(install, cwd=folder, check=True, capture_output=True, timeout=180)
    return folder


def large_film() -> bytes:
    """A film of a second, and a box of its maker that nobody reads."""
    shown = film(*H264, "-movflags", "+faststart")
    source, length = random.Random(1), BYTES - len(shown) - 8
    made = b"".join(source.randbytes(min(MEGABYTE, length - at)) for at in range(0, length, MEGABYTE))
    return shown + struct.pack(">I4s", len(made) + 8, b"free") + made


def call(api: str, path: str, token: str = "", body: dict[str, str] | None = None) -> Any:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = Request(f"{api}{path}", json.dumps(body).encode() if body else None, headers)  # noqa: S310 (our own server)
    with urlopen(request, timeout=60) as answer:  # noqa: S310
        return json.load(answer)


def test_ten_broken_connections(stack, tus, tmp_path):
    api = f"http://127.0.0.1:{stack.port}"
    name = f"lena.{time.time_ns() % 10**12}"
    card = {"username": name, "name": "Lena", "email": f"{name}@example.com", "birth_date": "1990-05-17"}
    token = call(api, "/v1/auth/register", body={**card, "password": "correct-horse-battery"})["access"]
    data, file = large_film(), tmp_path / "film.mp4"
    file.write_bytes(data)

    line = BreakingProxy(stack.port, every=len(data) // (BREAKS + 2), times=BREAKS)
    environment = {**os.environ, "API": f"http://127.0.0.1:{line.port}", "TOKEN": token, "FILE": str(file)}
    done = subprocess.run(
        ["node", "upload.mjs"], cwd=tus, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    line.close()
    assert done.returncode == 0, done.stdout + done.stderr
    seen = json.loads(done.stdout)

    assert line.broken == BREAKS
    assert seen["status"] == 202
    assert len(seen["offsets"]) >= BREAKS
    assert seen["offsets"] == sorted(seen["offsets"]), "nothing that had arrived was lost"
    assert seen["offsets"][-1] > len(data) // 2, "it went on from where it was, not from the beginning"
    assert seen["media"]["alt_text"] == "A film on a bad line"
    (media,) = call(api, "/v1/media", token)["results"]
    path = f"/v1/media/{media['id']}"
    assert eventually(lambda: call(api, path, token)["state"] != "processing", 120)
    assert call(api, path, token)["state"] == "ready"
    with urlopen(Request(f"{api}{path}/original", headers={"Authorization": f"Bearer {token}"}), timeout=60) as answer:  # noqa: S310
        assert hashlib.sha256(answer.read()).hexdigest() == hashlib.sha256(data).hexdigest()
    incoming = stack.state / "media" / "incoming"
    assert not [path for path in incoming.rglob("*") if path.is_file()], "the parts were left lying about"
