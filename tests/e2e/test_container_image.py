"""The image's steps, without an engine: only requirements.lock, only what .dockerignore lets in, nothing written to."""

import os
import re
import secrets
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

from pystagram.environment import ROOT

pytestmark = pytest.mark.slow
UV = Path(sys.executable).with_name("uv")


def let_in() -> list[str]:
    """The project's files that `COPY . .` copies."""
    ignored = [line for line in (ROOT / ".dockerignore").read_text().split("\n") if line and not line.startswith("#")]
    listed = subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).split("\n")
    kept = [name for name in listed if name and not any(is_below(name, pattern) for pattern in ignored)]
    return [name for name in kept if (ROOT / name).is_file()]


def is_below(name: str, pattern: str) -> bool:
    """Whether a pattern of .dockerignore means the file or a folder above it."""
    parts = Path(name).parts
    above = ["/".join(parts[: n + 1]) for n in range(len(parts))]
    plain = pattern.removeprefix("**/")
    return any(fnmatch(one, plain) or (pattern != plain and fnmatch(one, pattern)) for one in above)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what is in the image: `app` and `venv`."""
    image = tmp_path_factory.mktemp("image")
    for name in let_in():
        (image / "app" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, image / "app" / name)
    subprocess.run([UV, "venv", "-q", "--python", sys.executable, image / "venv"], check=True)
    install = [UV, "pip", "install", "-q", "--require-hashes", "--python", image / "venv/bin/python"]
    subprocess.run([*install, "-r", image / "app/requirements.lock"], check=True)
    assert run(image, "-m", "compileall", "-q", ".").returncode == 0
    return image


def run(image: Path, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    environment = {
        "PATH": f"{image / 'venv/bin'}:{os.defpath}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYSTAGRAM_VAR": str(image / "var"),
        "PYSTAGRAM_ENV": "production",
        "PYSTAGRAM_URL": "https://pystagram.example",
        "PYSTAGRAM_SECRET_KEY": secrets.token_urlsafe(50),
        **more,
    }
    command = [image / "venv/bin/python", *arguments]
    folder = image / "app"
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_what_is_needed_is_let_in_and_no_more():
    names = let_in()
    assert {"manage.py", "requirements.txt", "pystagram/wsgi.py"} <= set(names)
    assert not [name for name in names if "tests/" in name or name.startswith("docs/")]
    kept = {name for name in names if name.endswith(".py")}
    assert not [name for name in kept if re.search(r"^(from|import) tests\b", (ROOT / name).read_text(), re.MULTILINE)]


@pytest.mark.parametrize("command", ["check --deploy --fail-level WARNING", "collectstatic --no-input"])
def test_it_works_with_nothing_else_and_writes_only_its_state(image, command):
    app = image / "app"
    before = {path: path.stat().st_mtime_ns for path in app.rglob("*")}
    done = run(image, "-W", "error", "manage.py", *command.split())
    assert done.returncode == 0, done.stderr
    assert {path: path.stat().st_mtime_ns for path in app.rglob("*")} == before


@pytest.mark.parametrize("module", ["pystagram.wsgi", "pystagram.celery", "granian", "media.processing.sandbox"])
def test_its_programs_can_be_loaded(image, module):
    done = run(image, "-c", f"import {module}")
    assert done.returncode == 0, done.stderr
