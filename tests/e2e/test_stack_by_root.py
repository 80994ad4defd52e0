"""`make run` by root: all of it runs as an ordinary account, and nothing is left that this account cannot write.

An ordinary user's run is held to the same: then the account is their own.
"""

import ctypes
import os
import shutil
import signal
import site
import stat
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from devtools.stack.guard import LIBC, PR_SET_PDEATHSIG, prctl
from devtools.stack.privileges import PR_GET_PDEATHSIG, Account, become, can_run, default_account
from tests.support.stack_run import ROOT, StackRun, eventually

pytestmark = pytest.mark.slow
SERVERS_UP = "DATABASE_URL="
STORE_A_FILE = """
from django.contrib.auth.hashers import make_password
from media.stores import layout
layout.store().mark()
layout.store().put("renditions/ab/new", b"bytes", "")
make_password("correct-horse-battery")
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that every account can pass; pytest's own is closed to others."""
    with tempfile.TemporaryDirectory(prefix="pystagram-by-root-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture
def stack(folder: Path) -> Iterator[StackRun]:
    """Not yet started; by an interpreter that the servers' account can run, copied out of root's home if need be."""
    run = StackRun(folder / "var", "--no-demo", python=python_in(folder))
    run.variables["PYTHONPATH"] = site.getsitepackages()[0]
    run.variables["LD_LIBRARY_PATH"] = str(folder / "python" / "lib")
    yield run
    run.clear()


def python_in(folder: Path) -> Path:
    account, here = default_account(), Path(sys.executable).resolve()
    if can_run(account, here):
        return Path(sys.executable)
    copy, version = folder / "python", f"python{sysconfig.get_python_version()}"
    (copy / "bin").mkdir(parents=True)
    shutil.copy(here, copy / "bin" / version)
    standard = Path(sysconfig.get_path("stdlib"))
    unneeded = shutil.ignore_patterns("test", "site-packages", "config-*", "idlelib", "ensurepip")
    shutil.copytree(standard, copy / "lib" / version, symlinks=True, ignore=unneeded)
    for library in standard.parent.glob("libpython*"):
        shutil.copy(library, copy / "lib")
    return copy / "bin" / version


def expected_account() -> tuple[int, int]:
    """User and group of all that runs; root's own where the account cannot enter this checkout."""
    account = default_account()
    if account is None or not can_run(account, ROOT):
        return os.geteuid(), os.getegid()
    return account.uid, account.gid


def user_of(pid: int) -> set[str]:
    """The real, effective, saved and file system user of a process."""
    [line] = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("Uid:")]
    return set(line.split()[1:])


def owners(folder: Path) -> dict[str, tuple[int, int]]:
    """Whose everything below a folder is."""
    found = {path: path.lstat() for path in (folder, *folder.rglob("*"))}
    return {str(path): (entry.st_uid, entry.st_gid) for path, entry in found.items()}


def test_nothing_of_it_runs_as_root_and_nothing_is_roots(stack):
    stack.start()
    assert eventually(stack.answers)
    processes = stack.processes()
    assert len(processes) > 10
    assert {user for pid in processes for user in user_of(pid)} == {str(expected_account()[0])}
    command = [stack.python, "manage.py", "shell", "-c", STORE_A_FILE]
    subprocess.run(command, cwd=ROOT, env=stack.environment(), check=True, capture_output=True)
    assert stack.end(signal.SIGTERM) == 0
    found = owners(stack.state)
    assert str(stack.state / "media" / "renditions" / "ab" / "new") in found
    by_hand = str(stack.state / "metrics")  # the command's alone: the stack counts elsewhere
    others = {path for path, owner in found.items() if owner != expected_account()}
    assert {path for path in others if not path.startswith(by_hand)} == set()


def test_an_earlier_folder_of_root_is_handed_over_but_for_what_is_also_elsewhere(stack, folder):
    stack.options = ("--only-servers",)
    (stack.state / "media" / "originals").mkdir(parents=True)
    original, elsewhere = stack.state / "media" / "originals" / "one", folder / "elsewhere"
    original.write_bytes(b"bytes")
    elsewhere.write_bytes(b"somebody's")
    before = elsewhere.stat().st_uid
    (stack.state / "linked").symlink_to(elsewhere)
    os.link(elsewhere, stack.state / "named-twice")
    stack.start(SERVERS_UP)
    assert owners(stack.state / "media") == dict.fromkeys(owners(stack.state / "media"), expected_account())
    assert stack.state.stat().st_uid == expected_account()[0]
    assert elsewhere.stat().st_uid == before
    stack.end(signal.SIGKILL)
    stack.start(SERVERS_UP)


def test_where_the_account_cannot_enter_one_line_says_so_and_the_servers_drop_alone(tmp_path):
    run = StackRun(tmp_path / "var", "--only-servers")
    run.start(SERVERS_UP)
    is_root = os.geteuid() == 0
    assert run.said().count("so pystagram's own processes run as root") == is_root
    assert user_of(run.program("postgres")) == {str(expected_servers_user())}
    assert run.end(signal.SIGINT) == 0
    assert run.state.stat().st_uid == os.geteuid()
    assert stat.S_IMODE(run.state.stat().st_mode) == (0o711 if is_root else 0o700)
    run.clear()


def expected_servers_user() -> int:
    account = default_account()
    return account.uid if account else os.geteuid()


def test_the_signal_at_a_parents_end_outlives_the_change_of_user():
    """In a child, since there is no way back from it."""
    account = default_account() or Account.of(os.geteuid())
    child = os.fork()
    if child == 0:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.geteuid() == 0:
            become(account)
        number = ctypes.c_int(0)
        assert LIBC is not None
        LIBC.prctl(PR_GET_PDEATHSIG, ctypes.byref(number), 0, 0, 0)
        os._exit(number.value if os.geteuid() == account.uid else 0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == signal.SIGTERM
