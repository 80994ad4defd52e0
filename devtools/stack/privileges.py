"""Which account the stack runs as when root starts it, and what that account can reach.

PostgreSQL refuses to run as root, and nothing else needs it, so root hands all to an account that is already there.
"""

import ctypes
import os
import pwd
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from devtools.stack.errors import StackError
from devtools.stack.guard import LIBC, PR_SET_PDEATHSIG, prctl

PREFERRED = ("postgres", "nobody")
PR_GET_PDEATHSIG = 2


@dataclass(frozen=True)
class Account:
    """An existing account of this machine that root drops to."""

    name: str
    uid: int
    gid: int

    @classmethod
    def of(cls, uid: int) -> "Account":
        """The account with this number. Raises KeyError where there is none."""
        entry = pwd.getpwuid(uid)
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)


def is_root() -> bool:
    return os.geteuid() == 0


def default_account() -> Account | None:
    """The account for servers: None (our own) unless we are root."""
    if not is_root():
        return None
    for name in PREFERRED:
        try:
            return Account.of(pwd.getpwnam(name).pw_uid)
        except KeyError:
            continue
    raise StackError("PostgreSQL refuses root, and this machine has neither an account `postgres` nor `nobody`.")


def owner_account(path: Path) -> Account | None:
    """For root, the account that owns existing server data, so that a later start uses the same one."""
    if not is_root() or path.stat().st_uid == 0:
        return default_account()
    try:
        return Account.of(path.stat().st_uid)
    except KeyError:
        raise StackError(
            f"{path} belongs to an account that no longer exists; chown it or run make clean-state."
        ) from None


def can_run(account: Account | None, path: Path) -> bool:
    """Whether the account may enter this folder or execute this file; checked by the kernel, so ACLs count."""
    if account is None:
        return os.access(path, os.X_OK)
    test = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
    return _as(account, test).returncode == 0


def can_run_python(account: Account, script: Path) -> bool:
    """Whether the account may run this interpreter with its packages, and read this file."""
    code = "import sys, django; open(sys.argv[1]).close()"
    test = ["/bin/sh", "-c", 'exec "$@" 2>/dev/null', "sh", sys.executable, "-c", code, str(script)]
    return _as(account, test).returncode == 0


def become(account: Account) -> None:
    """Drop root for good. A signal that this process is to get when its parent ends stays set."""
    parent, number = os.getppid(), ctypes.c_int(0)
    if LIBC is not None:
        LIBC.prctl(PR_GET_PDEATHSIG, ctypes.byref(number), 0, 0, 0)
    os.setgroups([])
    os.setgid(account.gid)
    os.setuid(account.uid)
    prctl(PR_SET_PDEATHSIG, number.value)  # a change of user clears it
    if number.value and os.getppid() != parent:  # which ended before the line above
        os.kill(os.getpid(), number.value)
    # Root's home is closed to the account, and libraries fail where they may not look.
    os.environ |= {"HOME": pwd.getpwuid(account.uid).pw_dir, "USER": account.name, "LOGNAME": account.name}


def _as(account: Account, argv: Sequence[str]) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(argv, cwd="/", user=account.uid, group=account.gid, extra_groups=[], check=False)


def own_folder(path: Path, account: Account | None) -> Path:
    """Make a private folder (0700) for the account, or take an existing one that is really its own."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = account.uid if account else os.geteuid()
    if path.lstat().st_uid != owner:
        if not is_root():
            raise StackError(f"{path} belongs to another account; move it away or use that account.")
        os.chown(path, owner, account.gid if account else -1)
    path.chmod(0o700)
    return path
