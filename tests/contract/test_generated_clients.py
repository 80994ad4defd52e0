"""Clients that are generated from the schema: complete, free of warnings, of sound types, and able to take the tour.

They are made by the commands of docs/api.md; its first clients are run as they stand there. Needs Node.js 20 or later
and npm; what they install is pinned in tests/contract/clients/typescript/package-lock.json.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.support.stack_run import ROOT, StackRun

pytestmark = pytest.mark.slow
SOURCES = ROOT / "tests/contract/clients"
PROGRAMS = Path(sys.executable).parent
NODE = 20
DOCS = (ROOT / "docs/api.md").read_text()
PASSWORD = "correct-horse-battery"
SEEN = {
    "follow": "following",
    "source": "cache",
    "pictures": [["ready", True], ["ready", True]],
    "mentioned": True,
    "reaction": "like",
    "likes": 1,
    "comment": "Lovely!",
    "found": True,
    "people": True,
    "hidden": "not_found",
}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackRun]:
    run = StackRun(tmp_path_factory.mktemp("stack") / "var", "--no-demo")
    run.start()
    yield run
    run.clear()


def command(stack: StackRun, start: str) -> list[str]:
    """The command of the docs that begins so, for the running server."""
    found = re.search(rf"^{start} .*$", DOCS, re.MULTILINE)
    assert found, f"docs/api.md no longer says how to call {start}"
    return shlex.split(found[0].replace("http://127.0.0.1:8000", f"http://127.0.0.1:{stack.port}"))


def first_client(folder: Path, name: str) -> None:
    """Lays a first client of the docs beside the tour."""
    found = re.search(rf"<!-- first client: {name} -->\n```\w+\n(.*?)```", DOCS, re.DOTALL)
    assert found, f"docs/api.md has lost {name}"
    assert len([line for line in found[1].splitlines() if line.strip()]) <= 25, f"{name} is to be short"
    (folder / name).write_text(found[1])


@pytest.fixture(scope="module")
def operations(stack: StackRun) -> set[str]:
    """The names of all operations of the running server's schema."""
    with urlopen(f"http://127.0.0.1:{stack.port}/v1/schema", timeout=30) as answer:
        document: dict[str, Any] = json.load(answer)
    return {operation["operationId"] for path in document["paths"].values() for operation in path.values()}


def run(folder: Path, *command: str | Path, **variables: str) -> str:
    """What a program says; a failed one fails the test with it."""
    environment = {**os.environ, "PATH": f"{PROGRAMS}:{os.environ['PATH']}", **variables}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=180, check=False
    )
    said = f"{done.stdout}\n{done.stderr}"
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{said}"
    return said


def taken(stack: StackRun, folder: Path, *command: str | Path) -> Any:
    """What a client printed at its end: what it saw on its tour."""
    api = f"http://127.0.0.1:{stack.port}"
    said = run(folder, *command, API=api, PHOTOS=str(ROOT / "devtools/demo/photos"))
    return json.loads(said.strip().splitlines()[-1])


def somebody(stack: StackRun) -> dict[str, str]:
    """What a first client asks its environment for, of a new person."""
    api, name = f"http://127.0.0.1:{stack.port}", f"dora.{time.time_ns() % 10**12}"
    card = {"username": name, "name": "Dora", "email": f"{name}@example.com", "birth_date": "1990-05-17"}
    body, kind = json.dumps({**card, "password": PASSWORD}).encode(), {"Content-Type": "application/json"}
    with urlopen(Request(f"{api}/v1/auth/register", body, kind), timeout=30):  # noqa: S310 (our own server)
        photo = ROOT / "devtools/demo/photos/01-lake-sherburne.jpg"
        return {"API": api, "NAME": name, "PASSWORD": PASSWORD, "PHOTO": str(photo)}


def check_node() -> None:
    """Fail with what to do about it where Node.js is missing or old."""
    advice = f"needs Node.js {NODE} or later with npm on the PATH (Debian and Ubuntu: apt install nodejs npm)"
    missing = [name for name in ("node", "npm", "npx") if shutil.which(name) is None]
    assert not missing, f"{advice}; there is no {', '.join(missing)}"
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, timeout=30, check=True).stdout
    assert int(version.lstrip("v").split(".")[0]) >= NODE, f"{advice}; this is {version.strip()}"


@pytest.fixture(scope="module")
def typescript(stack: StackRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the generated types and the packages of the lock file."""
    check_node()
    folder = tmp_path_factory.mktemp("typescript")
    shutil.copytree(SOURCES / "typescript", folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules"))
    run(folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    said = run(folder, *command(stack, "npx openapi-typescript"))
    assert "⚠" not in said, said
    first_client(folder, "first.ts")
    return folder


@pytest.fixture(scope="module")
def python(stack: StackRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the generated package."""
    folder = tmp_path_factory.mktemp("python")
    shutil.copytree(SOURCES / "python", folder, dirs_exist_ok=True)
    said = run(folder, *command(stack, "openapi-python-client generate"))
    assert "warning" not in said.lower(), said
    first_client(folder, "first.py")
    return folder


def test_a_typescript_client_is_complete_and_takes_the_tour(stack, operations, typescript):
    named = set(re.findall(r"operations\[\"(\w+)\"\]", (typescript / "api.ts").read_text()))
    assert named == operations
    run(typescript, "npx", "tsc")
    assert SEEN.items() <= taken(stack, typescript, "node", "built/tour.js").items()
    assert "From my first #client" in run(typescript, "node", "built/first.js", **somebody(stack))


def test_a_python_client_is_complete_and_takes_the_tour(stack, operations, python):
    modules = {path.stem for path in (python / "pystagram_client/api").glob("*/*.py")} - {"__init__"}
    assert modules == operations
    run(python, sys.executable, "-m", "mypy", ".")
    assert SEEN.items() <= taken(stack, python, sys.executable, "tour.py").items()
    assert taken(stack, python, sys.executable, "whole.py") > 70
    assert "From my first #client" in run(python, sys.executable, "first.py", **somebody(stack))
