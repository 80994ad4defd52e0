"""What gets installed is what the requirements pin, each file of it by its hash."""

import re
from pathlib import Path

import pytest

from pystagram.environment import ROOT

PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", re.MULTILINE)
NAMES = [path.stem for path in sorted(ROOT.glob("requirements*.txt"))]


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(path: Path) -> dict[str, str]:
    return {plain(name): version for name, version in PIN.findall(path.read_text())}


@pytest.mark.parametrize("name", NAMES)
def test_the_lock_has_every_pin(name):
    wanted = pins(ROOT / f"{name}.txt").items()
    assert wanted
    assert wanted <= pins(ROOT / f"{name}.lock").items(), "run `make lock`"


@pytest.mark.parametrize("name", NAMES)
def test_everything_locked_has_a_hash(name):
    text = re.sub(r"\\\n", "", (ROOT / f"{name}.lock").read_text())
    locked = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert [line for line in locked if "--hash=sha256:" not in line] == []


def test_the_locks_agree():
    first, *others = (pins(ROOT / f"{name}.lock") for name in ("requirements", "requirements-embedded", *NAMES))
    for other in others:
        assert {name: first[name] for name in first.keys() & other.keys()}.items() <= other.items(), "run `make lock`"
