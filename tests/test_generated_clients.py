"""Clients that are generated from the schema: complete, free of warnings, of sound types, and able to take the tour.

Needs Node.js 20 or later and npm; what they install is pinned in tests/clients/typescript/package-lock.json.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.stack_run import ROOT, StackRun

pytestmark = pytest.mark.slow
SOURCES = ROOT / "tests/clients"
PROGRAMS = Path(sys.executable).parent
NODE = 20
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


@pytest.fixture(scope="module")
def schema(stack: StackRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The OpenAPI document as the running server gives it."""
    path = tmp_path_factory.mktemp("schema") / "schema.json"
    with urlopen(f"http://127.0.0.1:{stack.port}/v1/schema", timeout=30) as answer:
        path.write_bytes(answer.read())
    return path


def operations(schema: Path) -> set[str]:
    """The names of all operations."""
    document: dict[str, Any] = json.loads(schema.read_text())
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


def taken(stack: StackRun, folder: Path, *command: str | Path) -> dict[str, Any]:
    """What a client saw on its tour."""
    api = f"http://127.0.0.1:{stack.port}"
    said = run(folder, *command, API=api, PHOTOS=str(ROOT / "pystagram/demo/photos"))
    return dict(json.loads(said.strip().splitlines()[-1]))


def check_node() -> None:
    """Fail with what to do about it where Node.js is missing or old."""
    advice = f"needs Node.js {NODE} or later with npm on the PATH (Debian and Ubuntu: apt install nodejs npm)"
    missing = [name for name in ("node", "npm", "npx") if shutil.which(name) is None]
    assert not missing, f"{advice}; there is no {', '.join(missing)}"
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, timeout=30, check=True).stdout
    assert int(version.lstrip("v").split(".")[0]) >= NODE, f"{advice}; this is {version.strip()}"


@pytest.fixture(scope="module")
def typescript(schema: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the generated types and the packages of the lock file."""
    check_node()
    folder = tmp_path_factory.mktemp("typescript")
    shutil.copytree(SOURCES / "typescript", folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules"))
    run(folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    said = run(folder, "npx", "openapi-typescript", schema, "-o", "api.ts", "--default-non-nullable=false")
    assert "⚠" not in said, said
    return folder


@pytest.fixture(scope="module")
def python(schema: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the generated package."""
    folder = tmp_path_factory.mktemp("python")
    shutil.copytree(SOURCES / "python", folder, dirs_exist_ok=True)
    package = folder / "pystagram_client"
    generate = ["openapi-python-client", "generate", "--path", schema, "--output-path", package, "--meta", "none"]
    said = run(folder, *generate)
    assert "warning" not in said.lower(), said
    return folder


def test_a_typescript_client_is_complete_and_takes_the_tour(stack: StackRun, schema: Path, typescript: Path) -> None:
    named = set(re.findall(r"operations\[\"(\w+)\"\]", (typescript / "api.ts").read_text()))
    assert named == operations(schema)
    run(typescript, "npx", "tsc")
    assert SEEN.items() <= taken(stack, typescript, "node", "built/tour.js").items()


def test_a_python_client_is_complete_and_takes_the_tour(stack: StackRun, schema: Path, python: Path) -> None:
    modules = {path.stem for path in (python / "pystagram_client/api").glob("*/*.py")} - {"__init__"}
    assert modules == operations(schema)
    run(python, sys.executable, "-m", "mypy", ".")
    assert SEEN.items() <= taken(stack, python, sys.executable, "tour.py").items()
