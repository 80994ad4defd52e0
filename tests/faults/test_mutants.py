"""The checks that guard the promises, taken out one at a time: each must turn its test red.

A test that stays green without the check proves nothing. A mutant is a piece of source, what stands there instead, and
the test that has to notice: one rather than its file, so that no others are run first. All of them take ten minutes, so
that a landing tries a sixth, by its commit; `make mutants` tries all.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.faults.mutants import MUTANTS
from tests.support.landing import ALL, share
from tests.support.stack_run import ROOT

LEFT_OUT = shutil.ignore_patterns(".venv", ".git", "var", "__pycache__", ".mypy_cache", ".ruff_cache", "node_modules")

# A test of a race sees it in most runs, not in each.
MAX_TRIES = 6
SHARE = 6
HEALTHY_STEP = 6


TRIED = share(MUTANTS, SHARE)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, to be mutilated."""
    folder = tmp_path_factory.mktemp("mutants") / "pystagram"
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    return folder


def run(folder: Path, *tests: str, of_migration: bool = False) -> "subprocess.CompletedProcess[str]":
    """The tests in the copy, on this suite's servers but in a database of its own, kept from mutant to mutant."""
    path, reuse = ("/mutants", "--reuse-db") if not of_migration else ("/mutants_of_migrations", "--create-db")
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=path).geturl()
    environment = {**os.environ, "DATABASE_URL": database}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "--hypothesis-profile=first_failure",
    ]
    return subprocess.run(
        [*command, reuse, *tests], cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
    )


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_source_still_reads_so(mutant):
    source = (ROOT / mutant.file).read_text()
    assert mutant.source in source, f"{mutant.file} no longer reads so; bring the mutant up to date"


@pytest.mark.slow
def test_the_copy_is_healthy(copy):
    """Or else every mutant would seem to be noticed. A landing has just run all tests, and runs some of them here."""
    tests = sorted({mutant.test for mutant in TRIED})
    done = run(copy, *(tests if ALL else tests[::HEALTHY_STEP]))
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.slow
@pytest.mark.parametrize("mutant", TRIED, ids=lambda mutant: mutant.name)
def test_the_mutant_is_noticed(copy, mutant):
    path = copy / mutant.file
    healthy = path.read_text()
    path.write_text(healthy.replace(mutant.source, mutant.instead))
    try:
        for _ in range(MAX_TRIES):
            done = run(copy, mutant.test, of_migration="/migrations/" in mutant.file)
            if done.returncode != 0:
                break
    finally:
        path.write_text(healthy)
    assert done.returncode == 1, (
        f"{mutant.test} did not notice: {mutant.name}\n{done.stdout[-3000:]}{done.stderr[-500:]}"
    )
    assert " failed" in done.stdout, done.stdout[-3000:]
